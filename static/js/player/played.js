// Which parts of the lesson really played, and when: stretches [wall start, wall end, media start, media end] in ms.
// A picture has to be in sight; sound alone counts with the screen off too.

const FASTEST = 2; // as courses.measuring.reports has it
const SLOWEST = 0.5;
const UNEVEN = 1000;

export class Played {
  /** `inSight()`: whether what plays can be seen, or is only to be heard; `swapping()`: the element is being reloaded. */
  constructor(video, clock, { inSight, swapping }) {
    this.video = video;
    this.clock = clock;
    this.inSight = inSight;
    this.swapping = swapping;
    this.done = [];
    this.open = null;
    const go = () => this.goOn();
    const stop = () => this.stop();
    for (const name of ["timeupdate", "playing", "seeked"]) video.addEventListener(name, go);
    for (const name of ["pause", "ended", "waiting", "ratechange"]) video.addEventListener(name, stop);
    // These begin with the place being somewhere else already.
    for (const name of ["seeking", "emptied"]) video.addEventListener(name, () => this.close());
    document.addEventListener("visibilitychange", stop);
  }

  get counts() {
    const { video } = this;
    return !video.paused && !video.seeking && video.readyState >= 2 && !this.swapping() && this.inSight();
  }

  get media() {
    return Math.round(this.video.currentTime * 1000);
  }

  goOn() {
    if (!this.counts) {
      this.close();
      return;
    }
    if (!this.open || !this.extend()) this.begin();
  }

  begin() {
    this.close();
    const { now } = this.clock;
    this.open = { wall: now, media: this.media, wallEnd: now, mediaEnd: this.media };
  }

  /** Lengthens the open stretch to this moment. False if the place has leapt, or stood still for long. */
  extend() {
    const { open } = this;
    const { now } = this.clock;
    const { media } = this;
    const wallStep = now - open.wallEnd;
    const mediaStep = media - open.mediaEnd;
    if (mediaStep < 0 || mediaStep > wallStep * FASTEST + UNEVEN || mediaStep + UNEVEN < wallStep * SLOWEST) return false;
    open.wallEnd = now;
    open.mediaEnd = media;
    return true;
  }

  /** Ends what runs with this moment in it. */
  stop() {
    if (this.open && !this.swapping()) this.extend();
    this.close();
  }

  close() {
    if (this.open && this.open.wallEnd > this.open.wall && this.open.mediaEnd > this.open.media) {
      const { wall, wallEnd, media, mediaEnd } = this.open;
      this.done.push([wall, wallEnd, media, mediaEnd]);
    }
    this.open = null;
  }

  /** Everything since the last time; what runs goes on from here. */
  take() {
    const { open } = this;
    this.close();
    if (open) this.open = { wall: open.wallEnd, media: open.mediaEnd, wallEnd: open.wallEnd, mediaEnd: open.mediaEnd };
    return this.done.splice(0);
  }
}
