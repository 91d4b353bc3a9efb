// The small picture above the seek bar, cut out of a sheet named by WebVTT ("sheet.jpg#xywh=160,0,160,90").

import { clock } from "./time.js";
import { cueAt, parseCues } from "./vtt.js";

export class Preview {
  constructor(element, url) {
    this.element = element;
    this.picture = element.querySelector("[data-part=preview-picture]");
    this.label = element.querySelector("[data-part=preview-time]");
    this.url = url;
    this.cues = null;
  }

  async load(after) {
    if (this.cues || !this.url) return;
    this.cues = [];
    try {
      const answer = await fetch(this.url, { credentials: "same-origin" });
      if (answer.ok) this.cues = parseCues(await answer.text()).map((cue) => this.tile(cue)).filter(Boolean);
    } catch {
      this.cues = null;
      return;
    }
    after();
  }

  tile(cue) {
    const [name, place] = cue.text.split("#xywh=");
    if (!place) return null;
    const [x, y, width, height] = place.split(",").map(Number);
    return { start: cue.start, end: cue.end, sheet: new URL(name, new URL(this.url, window.location)).href, x, y, width, height };
  }

  /** Shows the picture of `seconds`, centred on `share` (0 to 1) of the bar's width. */
  show(seconds, share) {
    this.load(() => { if (!this.element.hidden) this.show(seconds, share); });
    const index = this.cues ? cueAt(this.cues, seconds) : -1;
    const { style } = this.picture;
    this.picture.hidden = index < 0;
    if (index >= 0) {
      const tile = this.cues[index];
      style.width = `${tile.width}px`;
      style.height = `${tile.height}px`;
      style.backgroundImage = `url("${tile.sheet}")`;
      style.backgroundPosition = `-${tile.x}px -${tile.y}px`;
    }
    this.label.textContent = clock(seconds);
    this.element.hidden = false;
    const room = this.element.parentElement.clientWidth;
    const wide = this.element.offsetWidth;
    this.element.style.left = `${Math.min(Math.max(share * room - wide / 2, 0), room - wide)}px`;
  }

  hide() {
    this.element.hidden = true;
  }
}
