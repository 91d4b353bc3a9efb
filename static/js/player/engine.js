// One source for one <video>: chooses how to play, keeps place and speed when it changes what is played.

import { HlsBackend } from "./hls-backend.js";
import { loadHls } from "./load-hls.js";
import { NativeBackend } from "./native-backend.js";

const LOOK_FOR_RUNGS = 15000;
const HLS_TYPE = "application/vnd.apple.mpegurl";

export class Engine extends EventTarget {
  /**
   * `links`: {hls, master, audio, mp4, m4a}, addresses or ""; `complete`: whether every rung is made already.
   * Events: trouble ("network", "gone", "broken"), recovered, bytes, made, swapping, swapped; `event.detail` says more.
   */
  constructor(video, links, { complete }) {
    super();
    this.video = video;
    this.links = links;
    this.complete = complete;
    this.errors = [];
    this.bytes = 0;
    this.audioOnly = false;
    this.saver = false;
    this.swapping = false;
    this.wanted = 0;
    this.backend = null;
  }

  get opened() {
    return this.backend !== null;
  }

  get madeUntil() {
    return this.backend ? this.backend.madeUntil : Infinity;
  }

  get troubled() {
    return Boolean(this.backend && this.backend.troubled);
  }

  /** The place in seconds, also while the element is being loaded anew and knows none. */
  get now() {
    return this.swapping || !this.video.readyState ? this.wanted : this.video.currentTime;
  }

  get height() {
    return this.audioOnly || !this.backend ? 0 : this.backend.height;
  }

  /** Whether bytes can be counted and the rung be chosen. */
  get adaptive() {
    return this.backend instanceof HlsBackend;
  }

  /** Chooses how to play, and starts loading at `at` seconds. */
  async open(at) {
    this.wanted = at;
    const report = (name, detail) => this.reported(name, detail);
    const { video, links } = this;
    let Hls = null;
    if (links.master && (window.ManagedMediaSource || window.MediaSource)) {
      try {
        Hls = await loadHls(links.hls);
      } catch (error) {
        this.errors.push({ type: "script", details: error.message, fatal: false, code: 0 });
      }
    }
    if (Hls && Hls.isSupported()) {
      this.backend = new HlsBackend(Hls, video, report);
    } else {
      this.backend = new NativeBackend(video, report);
      this.plainFile = !links.master || !video.canPlayType(HLS_TYPE);
    }
    this.backend.setSaver(this.saver);
    this.load();
    if (!this.complete && this.adaptive) {
      this.watch = window.setInterval(() => this.lookForRungs(), LOOK_FOR_RUNGS);
    }
  }

  address() {
    if (this.plainFile) return (this.audioOnly ? this.links.m4a : this.links.mp4) || this.links.m4a;
    return this.audioOnly ? this.links.audio : this.links.master;
  }

  get canBeAudioOnly() {
    return Boolean(this.plainFile ? this.links.m4a : this.links.audio);
  }

  setSaver(on) {
    this.saver = on;
    if (this.backend) this.backend.setSaver(on);
  }

  setAudioOnly(on) {
    if (on === this.audioOnly) return;
    this.audioOnly = on;
    if (this.backend) this.swap();
  }

  seek(seconds) {
    this.wanted = seconds;
    if (!this.swapping && this.video.readyState) this.video.currentTime = seconds;
  }

  /** Loads the current address anew at the present place, and goes on playing if it was. */
  swap({ goOn = !this.video.paused } = {}) {
    this.wanted = this.now;
    this.tell("swapping");
    this.load();
    if (goOn) this.video.play().catch(() => {});
  }

  load() {
    const { video, wanted } = this;
    this.swapping = true;
    video.addEventListener("loadeddata", () => {
      this.swapping = false;
      // Somebody sought while nothing was there to seek in.
      if (this.wanted !== wanted) video.currentTime = this.wanted;
      this.tell("swapped");
    }, { once: true });
    this.backend.load(this.address(), wanted);
  }

  /** Tries again after an error nothing recovered from. */
  retry() {
    if (!this.backend) return;
    this.swap({ goOn: true });
  }

  /** hls.js reads a master playlist once; rungs that join later are taken in by loading it again. */
  async lookForRungs() {
    if (this.audioOnly || this.saver || this.swapping || this.video.paused || !this.backend.rungs) return;
    let text;
    try {
      const answer = await fetch(this.links.master, { cache: "no-store" });
      if (!answer.ok) return;
      text = await answer.text();
    } catch {
      return;
    }
    // Lines without a size are sound alone; hls.js leaves them out beside pictures.
    const rungs = (text.match(/^#EXT-X-STREAM-INF:.*RESOLUTION=/gm) || []).length;
    if (rungs > this.backend.rungs && !this.audioOnly && !this.saver && !this.swapping) this.swap();
  }

  reported(name, detail) {
    if (name === "error") this.errors.push(detail);
    if (name === "bytes") this.bytes += detail;
    this.tell(name, detail);
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
