/* Resumable uploads (tus) on the upload page and in the chooser: every form marked data-desk-upload. */
(() => {
  "use strict";

  const settings = document.currentScript.dataset;
  const CHUNK = 8 * 1024 * 1024;
  const RETRY_MS = [0, 1000, 3000, 5000, 10000, 20000, 30000, 60000, 60000];
  const running = new Set();
  let tusLoaded = null;

  function loadTus() {
    tusLoaded ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = settings.tus;
      script.onload = resolve;
      script.onerror = () => { tusLoaded = null; reject(new Error("tus")); };
      document.head.append(script);
    });
    return tusLoaded;
  }

  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1]
    ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

  function sizeLabel(bytes) {
    if (bytes >= 1024 ** 3) return `${(bytes / 1024 ** 3).toFixed(1)} GB`;
    if (bytes >= 1024 ** 2) return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
    return `${Math.ceil(bytes / 1024)} KB`;
  }

  function timeLabel(seconds) {
    if (!Number.isFinite(seconds)) return "";
    if (seconds < 60) return `大约还要 ${Math.max(1, Math.round(seconds))} 秒`;
    if (seconds < 3600) return `大约还要 ${Math.round(seconds / 60)} 分钟`;
    return `大约还要 ${Math.floor(seconds / 3600)} 小时 ${Math.round((seconds % 3600) / 60)} 分钟`;
  }

  /* Speed over the last ten seconds: steady enough to read, quick enough to believe. */
  class Speed {
    constructor() { this.marks = []; }
    add(bytes) {
      const now = performance.now();
      this.marks.push([now, bytes]);
      while (this.marks.length > 2 && now - this.marks[0][0] > 10000) this.marks.shift();
    }
    get perSecond() {
      const [first] = this.marks;
      const last = this.marks[this.marks.length - 1];
      return first && last[0] > first[0] ? ((last[1] - first[1]) * 1000) / (last[0] - first[0]) : 0;
    }
  }

  class Line {
    constructor(form, file) {
      this.form = form;
      this.file = file;
      this.speed = new Speed();
      this.element = form.querySelector("[data-desk-upload-line]").content.firstElementChild.cloneNode(true);
      this.part("name").textContent = file.name;
      this.part("pause").addEventListener("click", () => this.pause());
      this.part("resume").addEventListener("click", () => this.go());
      this.part("cancel").addEventListener("click", () => this.cancel());
      const list = form.querySelector("[data-desk-uploads]");
      list.hidden = false;
      list.append(this.element);
      this.say("正在准备……");
    }

    part(name) { return this.element.querySelector(`[data-desk-${name}]`); }

    say(sentence) { this.part("sentence").textContent = sentence; }

    /* For those who listen: what happened, not every per cent. */
    announce(sentence) {
      this.say(sentence);
      this.form.querySelector("[data-desk-said]").textContent = `${this.file.name}：${sentence}`;
    }

    buttons({ pause = false, resume = false, cancel = false }) {
      this.part("pause").hidden = !pause;
      this.part("resume").hidden = !resume;
      this.part("cancel").hidden = !cancel;
    }

    async start() {
      await loadTus();
      this.upload = new window.tus.Upload(this.file, {
        endpoint: settings.endpoint,
        metadata: { filename: this.file.name },
        chunkSize: CHUNK,
        retryDelays: RETRY_MS,
        removeFingerprintOnSuccess: true,
        onBeforeRequest: (request) => request.setHeader("X-CSRFToken", token()),
        onShouldRetry: (error) => {
          const status = error.originalResponse?.getStatus() ?? 0;
          this.say("网络断了，正在自动接着传……");
          return status === 0 || status >= 500 && status !== 507 || [408, 409, 423, 460].includes(status);
        },
        onProgress: (sent, total) => this.progress(sent, total),
        onSuccess: ({ lastResponse }) => this.done(lastResponse?.getHeader("Yinling-Asset")),
        onError: (error) => this.failed(error),
      });
      const [earlier] = await this.upload.findPreviousUploads();
      if (earlier) {
        this.upload.resumeFromPreviousUpload(earlier);
        this.say("找到上次没传完的部分，接着传……");
      }
      this.go();
    }

    go() {
      this.speed = new Speed();
      running.add(this);
      this.buttons({ pause: true, cancel: true });
      this.upload.start();
    }

    async pause() {
      await this.upload.abort();
      running.delete(this);
      this.buttons({ resume: true, cancel: true });
      this.announce(`已暂停，已上传 ${this.percent ?? 0}%。`);
    }

    async cancel() {
      running.delete(this);
      this.buttons({});
      try {
        await this.upload.abort(true);
      } catch {
        /* The server removes what nobody goes on with. */
      }
      this.element.querySelector("progress").hidden = true;
      this.announce("已取消。");
    }

    progress(sent, total) {
      this.speed.add(sent);
      this.percent = Math.floor((100 * sent) / total);
      this.element.querySelector("progress").value = this.percent;
      const rate = this.speed.perSecond;
      const parts = [`已上传 ${this.percent}%`, `${sizeLabel(sent)} / ${sizeLabel(total)}`];
      if (rate > 0) parts.push(`每秒 ${sizeLabel(rate)}`, timeLabel((total - sent) / rate));
      this.say(parts.filter(Boolean).join("，"));
    }

    done(asset) {
      running.delete(this);
      this.buttons({});
      this.element.querySelector("progress").value = 100;
      this.announce("传完了。");
      if (!asset) return;
      const open = this.part("open");
      open.href = settings.asset.replace("/0/", `/${asset}/`);
      open.hidden = false;
      const slot = this.part("slot");
      slot.dataset.deskLive = asset;
      slot.hidden = false;
      const choose = this.form.querySelector("[data-desk-choose]");
      if (choose) {
        choose.href = this.form.dataset.deskChosen.replace("/0/", `/${asset}/`);
        choose.click();
      }
    }

    failed(error) {
      running.delete(this);
      const response = error.originalResponse;
      const sentence = response?.getStatus() ? (response.getBody() || "").trim() : "";
      const plain = sentence && sentence.length < 200 && !sentence.startsWith("<");
      this.announce(plain ? sentence : "没有传完：网络一直不通。已上传的部分都还在，点“继续”接着传。");
      this.element.classList.add("desk-upload--failed");
      this.buttons({ resume: true, cancel: true });
    }
  }

  document.addEventListener("change", (event) => {
    const input = event.target;
    const form = input.matches?.("input[type=file]") && input.closest("[data-desk-upload]");
    if (!form) return;
    const files = [...input.files];
    const plain = form.querySelector("[data-desk-plain]");
    if (plain) plain.hidden = true;
    files.forEach((file) => {
      const line = new Line(form, file);
      line.start().catch(() => {
        /* The script could not be fetched: the plain form still works. */
        line.element.remove();
        if (plain) plain.hidden = false;
      });
    });
    if (form.dataset.deskChosen === undefined) input.value = "";
  });

  document.addEventListener("dragover", (event) => {
    if (event.target.closest?.("[data-desk-drop]")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const area = event.target.closest?.("[data-desk-drop]");
    const form = area?.closest("[data-desk-upload]");
    if (!form) return;
    event.preventDefault();
    [...event.dataTransfer.files].forEach((file) => new Line(form, file).start());
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-desk-give-up]");
    if (!button) return;
    const place = button.closest("[data-desk-unfinished-upload]");
    await fetch(place.dataset.deskUnfinishedUpload, {
      method: "DELETE",
      credentials: "same-origin",
      headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": token() },
    });
    const section = place.closest("[data-desk-unfinished]");
    place.remove();
    if (!section.querySelector("[data-desk-unfinished-upload]")) section.remove();
  });

  document.querySelectorAll("[data-desk-drop]").forEach((area) => area.classList.add("desk-drop--scripted"));
  document.querySelectorAll("[data-desk-unfinished]").forEach((section) => { section.hidden = false; });

  window.addEventListener("beforeunload", (event) => {
    if (running.size) event.preventDefault();
  });
})();
