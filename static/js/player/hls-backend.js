// Plays HLS through hls.js. Tells its owner about trouble, recovery, bytes and how far a growing playlist reaches.

const AGAIN_AFTER = 2000;
const GONE = [401, 403, 404, 410];

const SETTINGS = {
  backBufferLength: 90,
  capLevelToPlayerSize: true,
  enableInterstitialPlayback: false,
  lowLatencyMode: false,
  maxBufferLength: 30,
  // hls.js 1.7.4 would first fetch a segment only to measure with, and throw it away. When the rung chosen after it has
  // another sound group, about one start in ten never gets going.
  testBandwidth: false,
};
// Whoever saves data shall not pay for minutes that are never watched.
const SAVER_BUFFER = 12;

export class HlsBackend {
  /** `report(name, detail)` with "trouble" (network, gone, broken), "recovered", "bytes" (a number), "made". */
  constructor(Hls, video, report) {
    this.Hls = Hls;
    this.video = video;
    this.report = report;
    this.hls = null;
    this.saver = false;
    this.madeUntil = Infinity;
    this.repairs = 0;
    this.timer = 0;
    this.onOnline = () => this.again();
  }

  /** Starts `url` at `at` seconds. Whatever played before is dropped. */
  load(url, at) {
    this.stop();
    const { Hls } = this;
    this.url = url;
    this.parsed = false;
    this.madeUntil = Infinity;
    // A growing playlist looks live to hls.js, which would start at its end if not told otherwise.
    const hls = new Hls({ ...SETTINGS, startPosition: at });
    this.hls = hls;
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      this.parsed = true;
      this.applySaver();
    });
    hls.on(Hls.Events.LEVEL_UPDATED, (_, { details }) => {
      this.madeUntil = details.live ? details.edge : Infinity;
      this.report("made", this.madeUntil);
    });
    hls.on(Hls.Events.LEVEL_LOADED, () => this.recovered());
    hls.on(Hls.Events.FRAG_LOADED, (_, { frag }) => {
      this.report("bytes", frag.stats.loaded);
      this.recovered();
    });
    hls.on(Hls.Events.ERROR, (_, data) => this.failed(data));
    window.addEventListener("online", this.onOnline);
    hls.loadSource(url);
    hls.attachMedia(this.video);
  }

  setSaver(on) {
    this.saver = on;
    if (this.parsed) this.applySaver();
  }

  applySaver() {
    // loadLevel keeps what is already buffered; levels are sorted by bit rate, lowest first.
    this.hls.loadLevel = this.saver ? 0 : -1;
    this.hls.config.maxBufferLength = this.saver ? SAVER_BUFFER : SETTINGS.maxBufferLength;
  }

  /** Height of the rung being played, 0 when there is none. */
  get height() {
    const level = this.hls && this.hls.levels[this.hls.currentLevel];
    return level ? level.height : 0;
  }

  get rungs() {
    return this.hls ? this.hls.levels.length : 0;
  }

  failed(data) {
    const { ErrorDetails, ErrorTypes } = this.Hls;
    // hls.js's own word for dropping a request it no longer needs, after a seek.
    if (data.details === ErrorDetails.INTERNAL_ABORTED) return;
    const code = data.response ? data.response.code : 0;
    this.report("error", { type: data.type, details: data.details, fatal: data.fatal, code });
    if (data.type === ErrorTypes.NETWORK_ERROR) {
      if (GONE.includes(code)) {
        if (data.fatal) this.report("trouble", "gone");
        return;
      }
      this.troubled = true;
      this.report("trouble", "network");
      if (data.fatal) this.againSoon();
    } else if (data.fatal) {
      if (data.type === ErrorTypes.MEDIA_ERROR && this.repairs < 2) {
        this.repairs += 1;
        this.hls.recoverMediaError();
      } else {
        this.report("trouble", "broken");
      }
    }
  }

  recovered() {
    if (!this.troubled) return;
    this.troubled = false;
    window.clearTimeout(this.timer);
    this.report("recovered");
  }

  againSoon() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.again(), AGAIN_AFTER);
  }

  again() {
    if (!this.hls || !this.troubled) return;
    if (this.parsed) this.hls.startLoad();
    else this.hls.loadSource(this.url);
  }

  stop() {
    window.clearTimeout(this.timer);
    window.removeEventListener("online", this.onOnline);
    if (this.hls) this.hls.destroy();
    this.hls = null;
    this.troubled = false;
    this.repairs = 0;
  }
}
