// One calm sentence under the picture. What keeps the viewer from watching goes before what is only good to know.

const ORDER = ["trouble", "making", "opening", "hint"];

export class Notices {
  constructor(element) {
    this.element = element;
    this.sentences = {};
    this.timer = 0;
  }

  /** Shows `sentence` under `kind`, or takes that kind away with "". */
  set(kind, sentence) {
    this.sentences[kind] = sentence;
    const shown = ORDER.map((name) => this.sentences[name]).find(Boolean) || "";
    if (this.element.textContent !== shown) this.element.textContent = shown;
    this.element.hidden = !shown;
  }

  /** A sentence that is enough to have been read once. */
  hint(sentence) {
    window.clearTimeout(this.timer);
    this.set("hint", sentence);
    this.timer = window.setTimeout(() => this.set("hint", ""), 6000);
  }
}
