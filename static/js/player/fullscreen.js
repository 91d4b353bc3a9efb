// The whole player fills the screen, bar and captions included; an iPhone can only do so with the bare video.

const REST = 5000;

export class Fullscreen {
  constructor(root, video, button) {
    this.root = root;
    this.video = video;
    this.button = button;
    this.timer = 0;
    this.left = null;
    if (!root.requestFullscreen && !video.webkitEnterFullscreen) button.hidden = true;
    document.addEventListener("fullscreenchange", () => this.changed());
    for (const name of ["pointermove", "pointerdown", "keydown", "focusin"]) {
      root.addEventListener(name, () => this.wake());
    }
    // Whoever has lost the focus, by mouse or remote, gets it back with the first key.
    document.addEventListener("keydown", (event) => {
      if (!this.on || root.contains(event.target)) return;
      root.focus({ preventScroll: true });
      this.wake();
    });
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
    const resting = this.root.classList.contains("is-resting");
    this.root.classList.remove("is-resting");
    if (resting && this.left && document.activeElement === this.root) this.left.focus({ preventScroll: true });
    const large = document.documentElement.dataset.size !== "standard" && document.documentElement.dataset.size;
    if (!this.on || this.video.paused || large) return;
    this.timer = window.setTimeout(() => this.rest(), REST);
  }

  /** A button that is hidden loses the focus to the page, where no key is heard: so the player itself keeps it. */
  rest() {
    if (!this.on || this.video.paused) return;
    const active = document.activeElement;
    if (active !== this.root && this.root.contains(active)) {
      this.left = active;
      this.root.focus({ preventScroll: true });
      window.clearTimeout(this.timer);
    }
    this.root.classList.add("is-resting");
  }
}
