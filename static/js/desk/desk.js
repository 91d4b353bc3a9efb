/* The media desk on every admin page: states that change by themselves, notices, a preview that can play a stream. */
(() => {
  "use strict";

  const settings = document.currentScript.dataset;
  const LIVE_MS = 2000;
  const NOTICES_MS = 15000;
  const MOST_NOTICES = 2;

  /* States of assets still being made: everything marked data-desk-live and not yet data-desk-final. */

  let asking = false;

  function show(id, answer) {
    document.querySelectorAll(`[data-desk-live="${id}"]`).forEach((place) => {
      if (place.innerHTML !== answer.html) place.innerHTML = answer.html;
      place.toggleAttribute("data-desk-final", answer.final);
    });
    document.querySelectorAll(`[data-desk-poster="${id}"]`).forEach((place) => {
      if (!answer.poster || place.querySelector("img")) return;
      const picture = document.createElement("img");
      picture.src = answer.poster;
      picture.alt = "";
      place.replaceChildren(picture);
    });
    for (const what of ["kind", "duration"]) {
      if (!answer[what]) continue;
      document.querySelectorAll(`[data-desk-${what}="${id}"]`).forEach((place) => { place.textContent = answer[what]; });
    }
  }

  async function refreshStates() {
    if (asking || document.hidden) return;
    const places = document.querySelectorAll("[data-desk-live]:not([data-desk-final])");
    const ids = [...new Set([...places].map((place) => place.dataset.deskLive))].filter((id) => /^\d+$/.test(id));
    if (!ids.length) return;
    asking = true;
    try {
      const response = await fetch(`${settings.live}?ids=${ids.slice(0, 60).join(",")}`, { credentials: "same-origin" });
      if (!response.ok) return;
      const answers = await response.json();
      Object.entries(answers).forEach(([id, answer]) => show(id, answer));
      /* Deleted in the meantime: nothing more will come. */
      ids.slice(0, 60).filter((id) => !answers[id]).forEach((id) => {
        document.querySelectorAll(`[data-desk-live="${id}"]`).forEach((place) => place.setAttribute("data-desk-final", ""));
      });
    } catch {
      /* No network just now: the next round asks again. */
    } finally {
      asking = false;
    }
  }

  async function refreshFragments() {
    if (document.hidden) return;
    for (const place of document.querySelectorAll("[data-desk-poll]")) {
      if (place.querySelector("[data-desk-final]")) continue;
      const player = place.querySelector("video, audio");
      if (player && !player.paused) continue;
      try {
        const response = await fetch(place.dataset.deskPoll, { credentials: "same-origin" });
        if (!response.ok) continue;
        const html = await response.text();
        if (html !== place.deskShown && !place.contains(document.activeElement)) place.innerHTML = html;
        place.deskShown = html;
      } catch {
        /* As above. */
      }
    }
  }

  setInterval(() => { refreshStates(); refreshFragments(); }, LIVE_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refreshStates(); });

  /* The chooser widget: Wagtail sets the input's value and says "change"; title and link are its own business. */

  document.addEventListener("change", (event) => {
    const chooser = event.target.id && document.getElementById(`${event.target.id}-chooser`);
    const state = chooser && chooser.classList.contains("desk-chooser") && chooser.querySelector("[data-desk-live]");
    if (!state) return;
    const id = event.target.value || event.target.getAttribute("value") || "";
    state.replaceChildren();
    state.dataset.deskLive = id;
    state.removeAttribute("data-desk-final");
    const poster = chooser.querySelector("[data-desk-poster]");
    poster.dataset.deskPoster = id;
    poster.querySelectorAll("img").forEach((picture) => picture.remove());
    refreshStates();
  });

  /* Preview: a finished file plays by itself; a stream that is still growing needs hls.js, fetched on first play. */

  function loadScript(address) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  async function startStream(player) {
    const stream = player.dataset.stream;
    if (player.src || !stream || player.deskStarted) return;
    player.deskStarted = true;
    if (window.MediaSource) {
      if (!window.Hls) await loadScript(settings.hls);
      const hls = new window.Hls({ startPosition: 0 });
      hls.loadSource(stream);
      hls.attachMedia(player);
      hls.on(window.Hls.Events.MANIFEST_PARSED, () => player.play());
    } else {
      player.src = stream;
      player.play();
    }
  }

  document.addEventListener("play", (event) => {
    if (event.target.matches?.("[data-desk-player]")) startStream(event.target);
  }, true);
  /* Without a source a press on the controls plays nothing, so the first click counts. */
  document.addEventListener("click", (event) => {
    if (event.target.matches?.("[data-desk-player]")) startStream(event.target);
  });

  /* Notices. Each is shown once a tab, in a corner, until it is closed or opened. */

  const corner = document.createElement("div");
  corner.className = "desk-notices";
  corner.setAttribute("role", "status");
  const shown = new Set(JSON.parse(sessionStorage.getItem("desk-notices") || "[]"));

  function markSeen(ids) {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
    fetch(settings.notices, {
      method: "POST",
      credentials: "same-origin",
      redirect: "manual",
      keepalive: true,
      headers: { "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded" },
      body: ids.map((id) => `id=${id}`).join("&"),
    });
  }

  function showNotice({ kind, url, sentence, ids }) {
    const box = document.createElement("div");
    box.className = `desk-notice desk-notice--${kind}`;
    const link = document.createElement("a");
    link.href = url;
    link.textContent = sentence;
    link.addEventListener("click", () => markSeen(ids));
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button button-small button-secondary";
    close.textContent = "知道了";
    close.addEventListener("click", () => { markSeen(ids); box.remove(); });
    box.append(link, close);
    corner.append(box);
  }

  async function refreshNotices() {
    if (document.hidden) return;
    try {
      const response = await fetch(settings.notices, { credentials: "same-origin" });
      if (response.status === 403 || response.redirected) { clearInterval(noticesTimer); return; }
      if (!response.ok) return;
      const { notices } = await response.json();
      const fresh = notices.filter((notice) => !shown.has(notice.id));
      fresh.forEach((notice) => shown.add(notice.id));
      /* More than a few at once would cover the page, and nobody reads them one by one. */
      if (fresh.length > MOST_NOTICES) {
        const troubles = fresh.filter((notice) => notice.kind !== "ready").length;
        const sentence = `${fresh.length} 个媒体有了结果${troubles ? `，其中 ${troubles} 个没有做成` : "，都做好了"}。去媒体库看看`;
        showNotice({ kind: troubles ? "failed" : "ready", url: settings.library, sentence, ids: fresh.map(({ id }) => id) });
      } else fresh.forEach((notice) => showNotice({ ...notice, ids: [notice.id] }));
      sessionStorage.setItem("desk-notices", JSON.stringify([...shown]));
    } catch {
      /* As above. */
    }
  }

  const noticesTimer = setInterval(refreshNotices, NOTICES_MS);
  document.body.append(corner);
  refreshNotices();
})();
