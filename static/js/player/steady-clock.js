// Milliseconds since the page was opened, by a clock nobody can set. It stands still while a device sleeps, so it is
// moved on when the server, which opened the page, says that more time has passed.

const SLEPT = 5000;

export class SteadyClock {
  constructor() {
    this.origin = performance.now();
  }

  get now() {
    return Math.round(performance.now() - this.origin);
  }

  /** `elapsed`: ms since the page was opened, as the server counted them a moment ago. */
  follow(elapsed) {
    if (Number.isFinite(elapsed) && elapsed - this.now > SLEPT) this.origin -= elapsed - this.now;
  }
}
