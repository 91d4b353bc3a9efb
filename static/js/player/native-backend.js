// Plays an address the browser understands by itself: HLS where Media Source Extensions are missing, or one MP4 file.

const AGAIN_AFTER = 3000;

export class NativeBackend {
  /** `report` as in HlsBackend; bytes and made stay untold, since the browser doesn't tell them. */
  constructor(video, report) {
    this.video = video;
    this.report = report;
    this.madeUntil = Infinity;
    this.height = 0;
    this.rungs = 0;
    this.timer = 0;
    this.onError = () => this.failed();
    this.onData = () => this.recovered();
    this.onOnline = () => this.again();
  }

  load(url, at) {
    this.stop();
    this.url = url;
    this.place = at;
    this.video.addEventListener("error", this.onError);
    this.video.addEventListener("loadeddata", this.onData);
    window.addEventListener("online", this.onOnline);
    this.start();
  }

  start() {
    const { video } = this;
    video.addEventListener("loadedmetadata", () => { video.currentTime = this.place; }, { once: true });
    video.src = this.url;
    video.load();
  }

  setSaver() {
    // One file, or the browser's own choice of rung: nothing to choose here.
  }

  failed() {
    const { error } = this.video;
    if (!error) return;
    this.report("error", { type: "native", details: error.message, fatal: true, code: error.code });
    this.place = this.video.currentTime || this.place;
    // Browsers report an unreachable address as "not supported", so only the connection itself tells the two apart.
    const offline = error.code === MediaError.MEDIA_ERR_NETWORK || navigator.onLine === false;
    if (offline) {
      this.troubled = true;
      this.timer = window.setTimeout(() => this.again(), AGAIN_AFTER);
    }
    this.report("trouble", offline ? "network" : "broken");
  }

  recovered() {
    if (!this.troubled) return;
    this.troubled = false;
    this.report("recovered");
  }

  again() {
    if (!this.troubled) return;
    window.clearTimeout(this.timer);
    this.start();
    this.video.play().catch(() => {});
  }

  stop() {
    window.clearTimeout(this.timer);
    this.video.removeEventListener("error", this.onError);
    this.video.removeEventListener("loadeddata", this.onData);
    window.removeEventListener("online", this.onOnline);
    if (this.video.src) {
      this.video.removeAttribute("src");
      this.video.load();
    }
    this.troubled = false;
  }
}
