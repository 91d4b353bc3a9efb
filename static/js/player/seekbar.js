// The bar one drags. A slider for the keyboard and for screen readers, with steps of ten seconds.

import { clock, placeInWhole } from "./time.js";

const STEP = 10;
const PAGE = 60;

export class Seekbar {
  /** `seek` takes seconds; `preview` may show a picture while somebody points or drags. */
  constructor(root, { duration, seek, preview }) {
    this.slider = root.querySelector("[data-part=slider]");
    this.track = root.querySelector("[data-part=track]");
    this.made = root.querySelector("[data-part=made]");
    this.done = root.querySelector("[data-part=done]");
    this.knob = root.querySelector("[data-part=knob]");
    this.now = root.querySelector("[data-part=now]");
    this.whole = root.querySelector("[data-part=whole]");
    this.seek = seek;
    this.preview = preview;
    this.dragging = false;
    this.place = 0;
    this.setDuration(duration);
    const { slider } = this;
    slider.addEventListener("pointerdown", (event) => this.grab(event));
    slider.addEventListener("pointermove", (event) => this.moved(event));
    slider.addEventListener("pointerup", (event) => this.released(event));
    slider.addEventListener("pointercancel", () => this.letGo());
    slider.addEventListener("pointerleave", () => { if (!this.dragging) preview.hide(); });
  }

  setDuration(duration) {
    this.duration = duration || 0;
    this.slider.setAttribute("aria-valuemax", String(Math.floor(this.duration)));
    this.whole.textContent = clock(this.duration);
    this.at(this.place);
  }

  /** How far a video still being made reaches; Infinity when all of it is there. */
  setMade(seconds) {
    const part = this.duration ? Math.min(seconds / this.duration, 1) : 1;
    this.made.style.width = `${part * 100}%`;
    this.made.hidden = part >= 1;
  }

  at(seconds) {
    this.place = seconds;
    if (!this.dragging) this.draw(seconds);
  }

  draw(seconds) {
    const share = this.duration ? Math.min(seconds / this.duration, 1) : 0;
    this.done.style.width = `${share * 100}%`;
    this.knob.style.left = `${share * 100}%`;
    this.now.textContent = clock(seconds);
    this.slider.setAttribute("aria-valuenow", String(Math.floor(seconds)));
    this.slider.setAttribute("aria-valuetext", placeInWhole(seconds, this.duration));
  }

  shareAt(event) {
    const box = this.track.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
  }

  grab(event) {
    if (!this.duration || event.button > 0) return;
    this.dragging = true;
    this.slider.setPointerCapture(event.pointerId);
    this.moved(event);
  }

  moved(event) {
    if (!this.duration) return;
    const share = this.shareAt(event);
    if (this.dragging) this.draw(share * this.duration);
    if (this.dragging || event.pointerType === "mouse") this.preview.show(share * this.duration, share);
  }

  released(event) {
    if (!this.dragging) return;
    this.letGo();
    this.seek(this.shareAt(event) * this.duration);
  }

  letGo() {
    this.dragging = false;
    this.preview.hide();
    this.draw(this.place);
  }

  /** Where a key leads from the present place, in seconds; null for a key that is not the slider's. */
  target(key) {
    switch (key) {
      case "ArrowLeft": case "ArrowDown": return this.place - STEP;
      case "ArrowRight": case "ArrowUp": return this.place + STEP;
      case "PageDown": return this.place - PAGE;
      case "PageUp": return this.place + PAGE;
      case "Home": return 0;
      case "End": return this.duration;
      default: return null;
    }
  }
}
