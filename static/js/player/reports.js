// Tells the server what was played and where the viewer is: every half minute, when it pauses, when the page goes.
// A report stays on this device until the server has answered; sent twice, it counts once.

import { forgetPlace } from "./place.js";

const EVERY = 30000;
const PREFIX = "yinling.report:";

/** Reports that are not answered yet, also those of earlier pages. */
class Outbox {
  constructor() {
    this.memory = new Map();
    this.sending = new Set();
  }

  /** `place`: the {key, watched_at} of a place kept on this device that this report carries, or null. */
  put(key, body, place) {
    const letter = JSON.stringify({ body, place });
    this.memory.set(key, letter);
    try {
      window.localStorage.setItem(PREFIX + key, letter);
    } catch {
      // No storage: it is sent again only while this page lives.
    }
  }

  /** The server has it, and the place in it. */
  drop(key, place) {
    if (place) forgetPlace(place);
    this.memory.delete(key);
    try {
      window.localStorage.removeItem(PREFIX + key);
    } catch {
      // Nothing was stored either.
    }
  }

  /** [key, {body, place}] of all that isn't on its way already. */
  all() {
    const found = new Map();
    try {
      for (const name of Object.keys(window.localStorage)) {
        if (name.startsWith(PREFIX)) found.set(name.slice(PREFIX.length), window.localStorage.getItem(name));
      }
    } catch {
      // Only those of this page, then.
    }
    for (const [key, letter] of this.memory) found.set(key, letter);
    return [...found].filter(([key, letter]) => letter && !this.sending.has(key)).map(([key, letter]) => [key, open(letter)]);
  }
}

function open(letter) {
  try {
    const { body, place } = JSON.parse(letter);
    return { body: String(body), place };
  } catch {
    return { body: "", place: null }; // the server refuses it, and it is gone
  }
}

function randomName() {
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Reports {
  /** `address` and `ticket` as the page has them. */
  constructor({ address, ticket, played, clock, place }) {
    this.address = address;
    this.ticket = ticket;
    this.played = played;
    this.clock = clock;
    this.place = place;
    this.session = randomName();
    this.seq = 0;
    this.sentAt = 0;
    this.outbox = new Outbox();
    window.addEventListener("online", () => this.sendKept());
    this.sendKept();
  }

  /** Called as the video plays. */
  passed(seconds) {
    if (this.clock.now - this.sentAt >= EVERY) this.send(seconds);
  }

  /** Reports what was played since the last time, and `seconds` as the place. Resolves when it is answered or kept. */
  async send(seconds, { leaving = false } = {}) {
    const played = this.played.take();
    this.sentAt = this.clock.now;
    const entry = this.place.kept();
    if (!played.length && !entry) return;
    this.seq += 1;
    const key = `${this.session}:${this.seq}`;
    const body = JSON.stringify({
      ticket: this.ticket,
      session: this.session,
      seq: this.seq,
      played,
      place: [Math.round(seconds * 1000), this.clock.now],
    });
    const letter = { body, place: entry && { key: this.place.key, watched_at: entry.watched_at } };
    this.outbox.put(key, body, letter.place);
    if (leaving && !("keepalive" in Request.prototype) && navigator.sendBeacon) {
      // Unanswered, so it stays in the outbox and is sent once more.
      navigator.sendBeacon(this.address, new Blob([body], { type: "application/json" }));
      return;
    }
    if (await this.post(key, letter)) this.sendKept();
  }

  /** True once the server has answered, whatever it said: a refusal would be the same next time. */
  async post(key, { body, place }) {
    this.outbox.sending.add(key);
    try {
      const answer = await fetch(this.address, {
        method: "POST",
        credentials: "same-origin",
        keepalive: true, // the page may be on its way out
        headers: { "Content-Type": "application/json" },
        body,
      });
      if (answer.status >= 500 || answer.status === 429) return false;
      this.outbox.drop(key, place);
      if (answer.ok && key.startsWith(this.session)) this.clock.follow((await answer.json()).elapsed);
      return true;
    } catch {
      return false; // kept on this device until the connection is back
    } finally {
      this.outbox.sending.delete(key);
    }
  }

  async sendKept() {
    for (const [key, letter] of this.outbox.all()) {
      if (!(await this.post(key, letter))) return;
    }
  }
}
