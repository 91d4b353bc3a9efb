// The whole player fills the screen, bar and captions included; an iPhone can only do so with the bare video.

const REST = 5000;

export class Fullscreen {
  constructor(root, video, button) {
    this.root = root;
    this.video = video;
    this.button = button;
    this.timer = 0;
    if (!root.requestFullscreen && !video.webkitEnterFullscreen) button.hidden = true;
    document.addEventListener("fullscreenchange", () => this.changed());
    for (const name of ["pointermove", "pointerdown", "keydown", "focusin"]) {
      root.addEventListener(name, () => this.wake());
    }
    video.addEventListener("play", () => this.wake());
    video.addEventListener("pause", () => this.wake());
  }

  get on() {
    return document.fullscreenElement === this.root;
  }

  toggle() {
    if (this.on) document.exitFullscreen();
    else if (this.root.requestFullscreen) this.root.requestFullscreen().catch(() => {});
    else if (this.video.webkitEnterFullscreen) this.video.webkitEnterFullscreen();
  }

  changed() {
    this.button.textContent = this.on ? "退出全屏" : "全屏";
    this.wake();
  }

  /** The bar rests only in full screen, while playing, at the standard text size: otherwise it stays where it is. */
  wake() {
    window.clearTimeout(this.timer);
    this.root.classList.remove("is-resting");
    const large = document.documentElement.dataset.size !== "standard" && document.documentElement.dataset.size;
    if (!this.on || this.video.paused || large) return;
    this.timer = window.setTimeout(() => {
      if (this.on && !this.video.paused) this.root.classList.add("is-resting");
    }, REST);
  }
}
