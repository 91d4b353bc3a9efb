// The written lesson beside the video: the running line is marked, and each line leads to its place.

import { cueAt } from "./vtt.js";

export class Transcript {
  /** `list`: the ordered list whose items carry data-start and data-end; `seek` takes seconds. */
  constructor(list, seek) {
    this.box = list.closest("[data-part=transcript-box]");
    this.items = [...list.children];
    this.cues = this.items.map((item) => ({
      start: Number(item.dataset.start),
      end: Number(item.dataset.end),
      text: item.querySelector("[data-part=line]").textContent.trim(),
    }));
    this.index = -1;
    this.lines = this.items.map((item, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = item.firstElementChild.className;
      button.append(...item.firstElementChild.childNodes);
      button.addEventListener("click", () => seek(this.cues[index].start));
      item.replaceChildren(button);
      return button;
    });
  }

  at(time) {
    const index = cueAt(this.cues, time);
    // Between two lines the one just spoken stays marked.
    if (index < 0 || index === this.index) return;
    if (this.index >= 0) this.lines[this.index].removeAttribute("aria-current");
    this.index = index;
    this.lines[index].setAttribute("aria-current", "true");
    this.follow(this.items[index]);
  }

  /** Scrolls the box, never the page, and not while somebody reads in it. */
  follow(item) {
    if (this.box.matches(":hover, :focus-within")) return;
    const box = this.box.getBoundingClientRect();
    const line = item.getBoundingClientRect();
    const middle = this.box.scrollTop + line.top - box.top - (box.height - line.height) / 2;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.box.scrollTo({ top: middle, behavior: still ? "auto" : "smooth" });
  }
}
