// The place to continue at: kept on the server for whoever is signed in, on this device otherwise.

const EVERY = 10;
const WORTH_RESUMING = 5;
const NEARLY_OVER = 3; // seconds; or a twentieth of the lesson, as courses.queries.positions counts it

export class Place {
  /** `address`: where to post {seconds, watched_at} to, or "" when not signed in; `known`: seconds the server already knows. */
  constructor({ address, csrf, known, duration }) {
    this.address = address;
    this.csrf = csrf;
    this.key = `yinling.place:${window.location.pathname}`;
    this.duration = duration;
    this.saved = null;
    const kept = this.read();
    // Something kept for a signed-in viewer is what could not be sent last time.
    this.seconds = kept ? kept.seconds : known;
    if (new URLSearchParams(window.location.search).get("from") === "start") this.seconds = 0;
    if (kept && this.address) this.send(kept);
    window.addEventListener("online", () => this.sendKept());
  }

  /** Seconds to continue at, or 0 when there is nothing worth continuing. */
  get resumable() {
    const over = this.duration && this.duration - this.seconds <= Math.max(NEARLY_OVER, this.duration / 20);
    return this.seconds >= WORTH_RESUMING && !over ? this.seconds : 0;
  }

  /** Called as the video plays; saves every ten seconds. */
  passed(seconds) {
    if (this.saved === null) this.saved = seconds;
    if (Math.abs(seconds - this.saved) >= EVERY) this.save(seconds);
  }

  save(seconds) {
    if (seconds === this.saved) return;
    this.saved = seconds;
    const entry = { seconds: Math.round(seconds * 10) / 10, watched_at: Date.now() };
    this.write(entry);
    if (this.address) this.send(entry);
  }

  async send(entry) {
    try {
      const answer = await fetch(this.address, {
        method: "POST",
        credentials: "same-origin",
        keepalive: true, // the page may be on its way out
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf },
        body: JSON.stringify(entry),
      });
      // A refusal would be the same next time. Only what never arrived is worth keeping.
      if (answer.status < 500) this.forget(entry);
    } catch {
      // Kept on this device until the connection is back.
    }
  }

  sendKept() {
    const kept = this.read();
    if (kept && this.address) this.send(kept);
  }

  read() {
    try {
      const kept = JSON.parse(window.localStorage.getItem(this.key));
      return kept && Number.isFinite(kept.seconds) && Number.isFinite(kept.watched_at) ? kept : null;
    } catch {
      return null;
    }
  }

  write(entry) {
    try {
      window.localStorage.setItem(this.key, JSON.stringify(entry));
    } catch {
      // No storage: the place is lost with the page, or is on the server already.
    }
  }

  forget(entry) {
    const kept = this.read();
    if (kept && kept.watched_at === entry.watched_at) window.localStorage.removeItem(this.key);
  }
}
