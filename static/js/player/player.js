// The player: ties the buttons, keys and sentences of templates/components/player.html to one engine.

import { Captions } from "./captions.js";
import { Loudness, Speed } from "./dials.js";
import { Engine } from "./engine.js";
import { Freeze } from "./freeze.js";
import { Fullscreen } from "./fullscreen.js";
import { listenToKeys } from "./keyboard.js";
import { offerOnLockScreen } from "./lock-screen.js";
import { Notices } from "./notices.js";
import { Place } from "./place.js";
import { Played } from "./played.js";
import { readPreferences, savePreferences } from "./preferences.js";
import { Preview } from "./preview.js";
import { Reports } from "./reports.js";
import { Seekbar } from "./seekbar.js";
import { SteadyClock } from "./steady-clock.js";
import { spoken } from "./time.js";
import { Transcript } from "./transcript.js";

const STEP = 10;
const SLOW_AFTER = 800;
const NETWORK = "网络断了，正在重连……已经看到的不会丢";
const MAKING = "后面的还在制作，请稍等";
const GONE = "这个视频打开太久了，请点「再试一次」，会从刚才的地方接着放。";
const BROKEN = "这个视频暂时放不出来，请点「再试一次」。";

export class Player {
  constructor(root) {
    this.root = root;
    this.video = root.querySelector("video");
    this.clearPlainVideo();
    const data = root.dataset;
    this.duration = Number(data.duration) || 0;
    this.preferences = readPreferences();
    this.engine = new Engine(this.video, data, { complete: data.complete === "true" });
    this.engine.setSaver(this.preferences.saver);
    this.place = new Place({
      known: Number(data.position) || 0, knownAt: Number(data.positionAt) || 0, duration: this.duration,
    });
    this.startAt = this.place.resumable;
    this.setUpReports(data);
    this.notices = new Notices(this.part("notice"));
    this.freeze = new Freeze(this.part("freeze"), this.video);
    this.captions = new Captions(this.part("captions"));
    this.speed = new Speed(this.video, this.part("speed"), (sentence) => this.notices.hint(sentence));
    this.loudness = new Loudness(this.video, this.part("volume"), this.preferences.volume, (volume) => this.keep({ volume }));
    this.actions = this.makeActions();
    this.seekbar = new Seekbar(root, {
      duration: this.duration, seek: this.actions.seek, preview: new Preview(this.part("preview"), data.sprite),
    });
    this.fullscreen = new Fullscreen(root, this.video, this.part("fullscreen"));
    this.setUpWords(data);
    this.setUpShape(data);
    this.setUpButtons();
    this.setUpResume();
    this.followVideo();
    this.followEngine();
    listenToKeys(root, this.actions, this.seekbar);
    offerOnLockScreen({ title: data.title, poster: data.poster, actions: this.actions });
    this.seekbar.at(this.startAt);
    root.classList.add("is-live");
    this.part("plain").hidden = true;
    this.part("controls").hidden = false;
  }

  /** Study is measured for whoever is signed in; of others nothing leaves this device. */
  setUpReports({ reportsUrl, ticket, kind }) {
    if (!reportsUrl || !ticket) return;
    const { video, place } = this;
    const clock = new SteadyClock();
    const inSight = () => document.visibilityState === "visible" || kind === "audio" || this.engine.audioOnly
      || document.pictureInPictureElement === video;
    const played = new Played(video, clock, { inSight, swapping: () => this.engine.swapping });
    this.reports = new Reports({ address: reportsUrl, ticket, played, clock, place });
    for (const words of document.querySelectorAll("[data-unmeasured]")) words.hidden = true;
  }

  /** What the element holds for visitors without scripts. */
  clearPlainVideo() {
    const { video } = this;
    if (!video.children.length) return;
    video.replaceChildren();
    video.load();
  }

  /** Everything that went wrong so far, also what was recovered from. */
  get errors() {
    return this.engine.errors;
  }

  part(name) {
    return this.root.querySelector(`[data-part=${name}]`);
  }

  makeActions() {
    const by = (seconds) => () => this.seek(this.now + seconds);
    return {
      toggle: () => (this.video.paused ? this.play() : this.video.pause()),
      play: () => this.play(),
      pause: () => this.video.pause(),
      back: by(-STEP),
      forward: by(STEP),
      seek: (seconds) => this.seek(seconds),
      start: () => this.seek(0),
      end: () => this.seek(this.duration),
      captions: () => this.setCaptions(!this.preferences.captions),
      slower: () => this.speed.change(-1),
      faster: () => this.speed.change(1),
      quieter: () => this.loudness.change(-1),
      louder: () => this.loudness.change(1),
      audio: () => this.setAudioOnly(!this.engine.audioOnly),
      saver: () => this.setSaver(!this.preferences.saver),
      fullscreen: () => this.fullscreen.toggle(),
      retry: () => this.retry(),
      restart: () => this.playFrom(0),
      resume: () => this.play(),
    };
  }

  /** The present place in seconds, also before anything is loaded. */
  get now() {
    return this.engine.opened && !this.opening ? this.engine.now : this.startAt;
  }

  async play() {
    this.takeAwayChoice();
    if (!this.engine.opened && !this.opening) {
      this.opening = true;
      this.notices.set("opening", "正在打开……");
      await this.engine.open(this.startAt);
      this.opening = false;
      this.part("audio").hidden = !this.engine.canBeAudioOnly || this.root.dataset.kind === "audio";
      this.part("saver").hidden = !this.engine.adaptive || this.root.dataset.kind === "audio";
    }
    if (this.opening) return;
    this.video.play().catch((error) => {
      if (error.name === "NotAllowedError") this.notices.hint("请再按一下「播放」。");
    });
  }

  /** The choice over the picture goes once it is made; a focus that was in it moves to the bar. */
  takeAwayChoice() {
    const choices = [this.part("start"), this.part("resume")];
    const hadFocus = choices.some((choice) => choice.contains(document.activeElement));
    for (const choice of choices) choice.hidden = true;
    if (hadFocus) this.part("toggle").focus();
  }

  playFrom(seconds) {
    this.seek(seconds);
    this.play();
  }

  seek(wanted) {
    let seconds = Math.max(0, this.duration ? Math.min(wanted, this.duration) : wanted);
    if (seconds > this.engine.madeUntil - 1) {
      seconds = Math.max(0, this.engine.madeUntil - 1);
      this.notices.hint(MAKING);
    }
    if (this.engine.opened) this.engine.seek(seconds);
    else this.startAt = seconds;
    this.passed(seconds);
  }

  /** Moves everything on the page that shows the place. */
  passed(seconds) {
    this.seekbar.at(seconds);
    this.captions.at(seconds);
    if (this.transcript) this.transcript.at(seconds);
  }

  setUpWords({ captions }) {
    const list = this.root.closest("[data-stage]").querySelector("[data-part=transcript]");
    if (list) {
      this.transcript = new Transcript(list, (seconds) => this.playFrom(seconds));
      this.captions.use(this.transcript.cues);
    } else if (captions) {
      this.captions.fetch(captions).then(() => this.captions.at(this.now));
    }
    this.part("captions-button").hidden = !list && !captions;
    this.setCaptions(this.preferences.captions);
  }

  /** Takes the picture's own shape, so that an upright video stays upright. */
  setUpShape({ width, height }) {
    const frame = this.part("frame");
    const take = (wide, high) => { if (wide && high) frame.style.aspectRatio = `${wide} / ${high}`; };
    take(Number(width), Number(height));
    this.video.addEventListener("resize", () => take(this.video.videoWidth, this.video.videoHeight));
  }

  setUpButtons() {
    const stage = this.root.closest("[data-stage]");
    for (const button of stage.querySelectorAll("[data-action]")) {
      button.addEventListener("click", this.actions[button.dataset.action]);
    }
    this.part("frame").addEventListener("click", (event) => {
      if (!event.target.closest("button")) this.actions.toggle();
    });
    // Places named elsewhere on the page, as parts that were not watched yet.
    for (const link of document.querySelectorAll("[data-seek]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.playFrom(Number(link.dataset.seek));
        this.part("frame").scrollIntoView({ block: "center" });
      });
    }
    this.press("saver", this.preferences.saver);
    this.press("audio", false);
  }

  setUpResume() {
    const stage = this.root.closest("[data-stage]");
    const resume = this.part("resume");
    resume.hidden = !this.startAt;
    this.part("start").hidden = Boolean(this.startAt);
    if (!this.startAt) return;
    const sentence = `上次看到 ${spoken(this.startAt)}`;
    this.part("resume-place").textContent = sentence;
    stage.querySelector("[data-part=again-place]").textContent = `${sentence}。`;
    this.video.addEventListener("play", () => {
      stage.querySelector("[data-part=again]").hidden = false;
    }, { once: true });
  }

  followVideo() {
    const { video, place } = this;
    const settled = (handler) => () => { if (!this.engine.swapping) handler(); };
    const on = (name, handler) => video.addEventListener(name, settled(handler));
    on("timeupdate", () => {
      if (video.readyState === 0) return;
      this.passed(video.currentTime);
      if (video.paused) return;
      place.passed(video.currentTime);
      if (this.reports) this.reports.passed(video.currentTime);
    });
    on("durationchange", () => {
      // A growing video's own duration is only what is made so far; the server knows the whole.
      if (!this.duration && Number.isFinite(video.duration)) this.seekbar.setDuration(this.duration = video.duration);
    });
    video.addEventListener("play", () => this.showPlaying(true));
    on("pause", () => {
      this.showPlaying(false);
      if (this.engine.opened && video.readyState) this.keepPlace(video.currentTime);
    });
    on("ended", () => this.notices.hint("这一段放完了。"));
    on("waiting", () => this.waited());
    video.addEventListener("playing", () => this.wentOn());
    video.addEventListener("seeked", () => this.wentOn());
    const leaving = () => {
      if (this.engine.opened && video.readyState) this.keepPlace(this.engine.now, { leaving: true });
    };
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leaving(); });
    window.addEventListener("pagehide", leaving);
  }

  /** Somebody stops here: on this device, and on the server. */
  keepPlace(seconds, { leaving = false } = {}) {
    this.place.save(seconds);
    return this.reports ? this.reports.send(seconds, { leaving }) : Promise.resolve();
  }

  followEngine() {
    const { engine, notices } = this;
    engine.addEventListener("trouble", ({ detail }) => {
      if (detail === "network") notices.set("trouble", NETWORK);
      else this.showFailure(detail);
    });
    engine.addEventListener("recovered", () => notices.set("trouble", ""));
    engine.addEventListener("bytes", () => this.showBytes());
    engine.addEventListener("made", ({ detail }) => this.seekbar.setMade(detail));
    engine.addEventListener("swapping", () => { if (!engine.audioOnly) this.freeze.hold(); });
    engine.addEventListener("swapped", () => {
      this.freeze.release();
      this.showPlaying(!this.video.paused);
    });
    window.addEventListener("offline", () => { if (engine.opened) notices.set("trouble", NETWORK); });
    window.addEventListener("online", () => { if (!engine.troubled) notices.set("trouble", ""); });
  }

  waited() {
    if (this.engine.now > this.engine.madeUntil - 2) {
      this.notices.set("making", MAKING);
      return;
    }
    window.clearTimeout(this.slow);
    this.slow = window.setTimeout(() => this.notices.set("opening", "正在读取，请稍等……"), SLOW_AFTER);
  }

  wentOn() {
    window.clearTimeout(this.slow);
    this.notices.set("opening", "");
    this.notices.set("making", "");
    this.part("failure").hidden = true;
  }

  showFailure(kind) {
    this.failure = kind;
    this.notices.set("opening", "");
    this.notices.set("trouble", "");
    this.part("failure-words").textContent = kind === "gone" ? GONE : BROKEN;
    this.part("failure").hidden = false;
    this.part("plain").hidden = false;
  }

  retry() {
    this.part("failure").hidden = true;
    if (this.failure === "gone") {
      // A new page brings new addresses; the place is kept.
      this.keepPlace(this.now).finally(() => window.location.reload());
      return;
    }
    this.part("plain").hidden = true;
    this.part("toggle").focus();
    this.notices.set("opening", "正在打开……");
    this.engine.retry();
  }

  showPlaying(playing) {
    this.part("toggle").textContent = playing ? "暂停" : "播放";
    this.root.classList.toggle("is-playing", playing);
  }

  press(name, on) {
    this.part(name).setAttribute("aria-pressed", String(on));
  }

  keep(choice) {
    Object.assign(this.preferences, choice);
    savePreferences(this.preferences);
  }

  setCaptions(on) {
    if (on !== this.preferences.captions) this.keep({ captions: on });
    this.part("captions-button").setAttribute("aria-pressed", String(on));
    this.captions.show(on, this.now);
  }

  setAudioOnly(on) {
    this.engine.setAudioOnly(on);
    this.press("audio", on);
    this.part("listening").hidden = !on;
    this.notices.hint(on ? "只听声音，画面已关，省流量。" : "画面已打开。");
  }

  setSaver(on) {
    this.keep({ saver: on });
    this.engine.setSaver(on);
    this.press("saver", on);
    this.showBytes();
  }

  showBytes() {
    const used = this.part("bytes");
    used.hidden = !this.preferences.saver;
    const words = `已用流量 ${(this.engine.bytes / 1e6).toFixed(1)} MB`;
    if (used.textContent !== words) used.textContent = words;
  }
}
