// How fast and how loud: two dials, each with a key down, a key up and a word for where it stands.

const SPEEDS = [0.75, 1, 1.25, 1.5];

export class Speed {
  constructor(video, word, hint) {
    this.video = video;
    this.word = word;
    this.hint = hint;
    this.show();
  }

  /** One step slower (-1) or faster (1). */
  change(step) {
    const speed = SPEEDS[SPEEDS.indexOf(this.video.playbackRate) + step];
    if (!speed) {
      this.hint(step > 0 ? "已经是最快了。" : "已经是最慢了。");
      return;
    }
    this.video.playbackRate = speed;
    // Loading something else resets the speed to the default one (HTML, media element load algorithm).
    this.video.defaultPlaybackRate = speed;
    this.show();
  }

  show() {
    this.word.textContent = `${this.video.playbackRate} 倍`;
  }
}

export class Loudness {
  /** `group` holds the keys and the word; `volume` is 0 to 1; `keep` takes every new one. */
  constructor(video, group, volume, keep) {
    this.video = video;
    this.word = group.querySelector("[data-part=loudness]");
    this.keep = keep;
    video.volume = volume;
    // A phone that keeps the volume to its own keys ignores what a page sets.
    if (Math.abs(video.volume - volume) > 0.01) group.hidden = true;
    this.show();
  }

  /** Ten per cent quieter (-1) or louder (1). */
  change(step) {
    const volume = Math.min(10, Math.max(0, Math.round(this.video.volume * 10) + step)) / 10;
    this.video.volume = volume;
    this.keep(volume);
    this.show();
  }

  show() {
    this.word.textContent = `音量 ${Math.round(this.video.volume * 100)}%`;
  }
}
