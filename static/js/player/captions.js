// Captions drawn by the page, so that they grow with its text and stay above the control bar.

import { cueAt, parseCues } from "./vtt.js";

export class Captions {
  constructor(element) {
    this.element = element;
    this.text = element.firstElementChild;
    this.cues = [];
    this.on = false;
    this.index = -1;
  }

  use(cues) {
    this.cues = cues;
    this.index = -1;
  }

  /** Fetches WebVTT from `url`. A missing file leaves the video without captions. */
  async fetch(url) {
    try {
      const answer = await fetch(url, { credentials: "same-origin" });
      if (answer.ok) this.use(parseCues(await answer.text()));
    } catch {
      // Captions can wait for the next visit; the picture must not.
    }
  }

  show(on, time) {
    this.on = on;
    this.index = -1;
    this.at(time);
  }

  at(time) {
    const index = this.on ? cueAt(this.cues, time) : -1;
    if (index === this.index && !this.element.hidden === index >= 0) return;
    this.index = index;
    this.element.hidden = index < 0;
    this.text.textContent = index < 0 ? "" : this.cues[index].text;
  }
}
