// The place to continue at, kept on this device. For whoever is signed in, reports carry it to the server, and what
// has arrived there is forgotten here.

const EVERY = 10;
const WORTH_RESUMING = 5;
const NEARLY_OVER = 3; // seconds; or a twentieth of the lesson, as courses.queries.positions counts it

function read(key) {
  try {
    const kept = JSON.parse(window.localStorage.getItem(key));
    return kept && Number.isFinite(kept.seconds) && Number.isFinite(kept.watched_at) ? kept : null;
  } catch {
    return null;
  }
}

/** The server has this place now. Something saved under the key since stays. */
export function forgetPlace({ key, watched_at }) {
  const kept = read(key);
  if (kept && kept.watched_at === watched_at) window.localStorage.removeItem(key);
}

export class Place {
  /** `known`: seconds the server knows, watched at `knownAt` (ms since 1970); an address may say `?from=start`, `?at=720`. */
  constructor({ known, knownAt, duration }) {
    this.key = `yinling.place:${window.location.pathname}`;
    this.duration = duration;
    this.saved = null;
    const kept = this.kept();
    this.seconds = kept && kept.watched_at > knownAt ? kept.seconds : known;
    const asked = new URLSearchParams(window.location.search);
    if (asked.get("from") === "start") this.seconds = 0;
    if (/^\d+$/.test(asked.get("at") || "")) this.seconds = Number(asked.get("at"));
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
    try {
      const entry = { seconds: Math.round(seconds * 10) / 10, watched_at: Date.now() };
      window.localStorage.setItem(this.key, JSON.stringify(entry));
    } catch {
      // No storage: the place is lost with the page, or is on the server already.
    }
  }

  /** {seconds, watched_at} as last saved here, or null. */
  kept() {
    return read(this.key);
  }
}
