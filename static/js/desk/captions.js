/* The caption editor: a list of cues in place of the WebVTT text, which stays the form's own field without scripts. */
(() => {
  "use strict";

  const form = document.querySelector("[data-desk-captions]");
  if (!form) return;
  const plain = form.elements.text;
  const hidden = form.elements.cues;
  const list = form.querySelector("[data-desk-cues]");
  const fault = form.querySelector("[data-desk-fault]");
  const template = document.querySelector("[data-desk-cue]");
  const player = document.querySelector("[data-desk-player]");
  const readOnly = form.hasAttribute("data-desk-readonly");
  const TIME = /^(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{3})$/;
  const GAP = 3;
  let changed = false;

  function seconds(text) {
    const match = TIME.exec(text.trim());
    if (!match || Number(match[2]) > 59 || Number(match[3]) > 59) return NaN;
    return Number(match[1] || 0) * 3600 + Number(match[2]) * 60 + Number(match[3]) + Number(match[4]) / 1000;
  }

  function label(value) {
    const total = Math.round(Math.max(0, value) * 1000);
    const two = (number) => String(number).padStart(2, "0");
    const rest = Math.floor(total / 1000);
    return `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}.${String(total % 1000).padStart(3, "0")}`;
  }

  /* Our own output only (the server writes it): cues, times with hours, three escaped characters. */
  function read(text) {
    return text.split(/\n{2,}/).map((block) => {
      const lines = block.trim().split("\n");
      const match = /^(\S+) --> (\S+)/.exec(lines[0]);
      return match && [match[1], match[2], lines.slice(1).join("\n")
        .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")];
    }).filter(Boolean);
  }

  const rows = () => [...list.children];
  const field = (row, name) => row.querySelector(`[data-desk-${name}]`);

  function make([start, end, text]) {
    const row = template.content.firstElementChild.cloneNode(true);
    field(row, "start").value = start;
    field(row, "end").value = end;
    field(row, "text").value = text;
    if (readOnly) {
      row.querySelectorAll("input, textarea").forEach((input) => { input.readOnly = true; });
      row.querySelectorAll("button:not([data-desk-play])").forEach((button) => button.remove());
    }
    return row;
  }

  function number() {
    rows().forEach((row, index) => {
      field(row, "number").textContent = index + 1;
      row.setAttribute("aria-label", `第 ${index + 1} 条`);
    });
  }

  function touch() {
    changed = true;
    number();
  }

  function insertAfter(row) {
    const start = row ? seconds(field(row, "end").value) || 0 : player?.currentTime ?? 0;
    const next = row?.nextElementSibling;
    const limit = next ? seconds(field(next, "start").value) : NaN;
    const end = limit > start ? Math.min(limit, start + GAP) : start + GAP;
    const made = make([label(start), label(end), ""]);
    if (row) row.after(made);
    else list.append(made);
    touch();
    field(made, "text").focus();
  }

  function split(row) {
    const area = field(row, "text");
    const at = area.selectionStart > 0 && area.selectionStart < area.value.length
      ? area.selectionStart : Math.ceil(area.value.length / 2);
    const start = seconds(field(row, "start").value);
    const end = seconds(field(row, "end").value);
    if (area.value.trim().length < 2 || !(end > start)) return;
    const middle = label(start + ((end - start) * at) / area.value.length);
    const made = make([middle, field(row, "end").value, area.value.slice(at).trim()]);
    area.value = area.value.slice(0, at).trim();
    field(row, "end").value = middle;
    row.after(made);
    touch();
    field(made, "text").focus();
  }

  function remove(row) {
    const next = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    touch();
    (next ? field(next, "text") : form.querySelector("[data-desk-add]"))?.focus();
  }

  function play(row) {
    if (!player) return;
    player.currentTime = seconds(field(row, "start").value) || 0;
    player.play();
  }

  const actions = {
    insert: insertAfter,
    split,
    delete: remove,
    play,
  };

  function check() {
    let wrong = null;
    rows().forEach((row, index) => {
      const start = seconds(field(row, "start").value);
      const end = seconds(field(row, "end").value);
      const faults = [
        [Number.isNaN(start), "start", "开始时间写法不对，应像 00:01:02.500 这样写。"],
        [Number.isNaN(end), "end", "结束时间写法不对，应像 00:01:02.500 这样写。"],
        [end <= start, "end", "结束时间不晚于开始时间。"],
        [!field(row, "text").value.trim(), "text", "没有文字。不要这一条就删掉它。"],
      ];
      row.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
      const found = faults.find(([is]) => is);
      if (!found) return;
      field(row, found[1]).setAttribute("aria-invalid", "true");
      wrong ??= [field(row, found[1]), `第 ${index + 1} 条：${found[2]}`];
    });
    fault.textContent = wrong ? wrong[1] : "";
    wrong?.[0].focus();
    return !wrong;
  }

  let cues = read(plain.value);
  try {
    /* What could not be saved comes back as it was written, faults and all. */
    if (hidden.value) cues = JSON.parse(hidden.value);
  } catch {
    hidden.value = "";
  }
  list.append(...cues.map(make));
  number();
  plain.hidden = true;
  list.hidden = false;
  const add = form.querySelector("[data-desk-add]");
  if (add) {
    add.hidden = false;
    add.addEventListener("click", () => insertAfter(list.lastElementChild));
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const row = button?.closest(".desk-cue");
    if (!row) return;
    if (button.dataset.deskNow) {
      field(row, button.dataset.deskNow).value = label(player?.currentTime ?? 0);
      changed = true;
      return;
    }
    Object.entries(actions).forEach(([name, act]) => {
      if (button.hasAttribute(`data-desk-${name}`)) act(row);
    });
  });
  list.addEventListener("input", () => { changed = true; });
  list.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const row = event.target.closest(".desk-cue");
    const name = { Enter: "insert", "/": "split", Backspace: "delete", p: "play" }[event.key];
    if (!row || !name || (readOnly && name !== "play")) return;
    event.preventDefault();
    actions[name](row);
  });

  form.addEventListener("submit", (event) => {
    if (!check()) {
      event.preventDefault();
      return;
    }
    hidden.disabled = false;
    hidden.value = JSON.stringify(
      rows().map((row) => [field(row, "start").value, field(row, "end").value, field(row, "text").value]),
    );
    plain.disabled = true;
    changed = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
})();
