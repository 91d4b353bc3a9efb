/* A screen that many people use one after another. The server signs out after two idle minutes by itself; this takes
   the page off the screen, warns before, tells the server that somebody is there, and leaves nothing in the browser. */
(() => {
  'use strict';

  const bar = document.querySelector('[data-kiosk]');
  if (!bar) return;
  const { start, keep, csrf } = bar.dataset;
  const idleMs = Number(bar.dataset.idle) * 1000;
  const warnMs = Number(bar.dataset.warn) * 1000;
  const KEEP_EVERY_MS = Math.min(10_000, idleMs / 4);
  /* The server counts from the last request it saw: the page goes first. */
  const EARLIER_MS = 2000;
  const out = document.querySelector('[data-kiosk-out]');
  const warning = document.querySelector('[data-kiosk-warning]');
  let seen = Date.now();
  let stirred = false;
  let leaving = false;

  const forget = () => {
    try {
      window.localStorage.clear();
      window.sessionStorage.clear();
    } catch {
      /* No storage in this browser: nothing can be left in it. */
    }
  };

  const leave = () => {
    if (leaving) return;
    leaving = true;
    forget();
    if (out) out.requestSubmit();
    else window.location.replace(start);
    document.querySelector('main')?.replaceChildren();
  };

  const isPlaying = () => [...document.querySelectorAll('video, audio')].some((media) => !media.paused && !media.ended);

  const tellServer = async () => {
    stirred = false;
    if (!out) {
      seen = Date.now();
      return;
    }
    const asked = Date.now();
    try {
      const answer = await fetch(keep, {
        method: 'POST', credentials: 'same-origin', redirect: 'manual', headers: { 'X-CSRFToken': csrf, Accept: 'application/json' },
      });
      if (answer.status === 204) seen = asked;
      else if (answer.status < 500) leave();
    } catch {
      /* No network just now. The server doesn't know that somebody is here, so the time goes on. */
    }
  };

  const look = () => {
    if (leaving) return;
    if (isPlaying()) stirred = true;
    const quiet = Date.now() - seen;
    if (quiet >= idleMs - EARLIER_MS) {
      leave();
      return;
    }
    const due = quiet >= idleMs - EARLIER_MS - warnMs;
    if (due && !stirred && warning.hidden) {
      if (document.fullscreenElement) document.exitFullscreen();
      warning.hidden = false;
    }
    if (stirred && quiet >= KEEP_EVERY_MS) tellServer().then(() => { if (Date.now() - seen < KEEP_EVERY_MS) warning.hidden = true; });
  };

  const stir = () => { stirred = true; };
  for (const kind of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'scroll', 'input']) {
    document.addEventListener(kind, stir, { passive: true, capture: true });
  }
  warning.querySelector('[data-kiosk-stay]').addEventListener('click', () => {
    stir();
    look();
  });
  window.setInterval(look, 1000);
  document.addEventListener('visibilitychange', look);

  /* A page taken out of the browser's memory is somebody's past: ask the server who is here. */
  window.addEventListener('pageshow', (event) => { if (event.persisted) window.location.replace(start); });
  out?.addEventListener('submit', () => {
    leaving = true;
    forget();
  });

  /* Going on replaces the page, so that there is nothing to go back to. */
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href]');
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = new URL(link.href, window.location.href);
    const isHere = target.pathname === window.location.pathname && target.search === window.location.search && target.hash;
    if (target.origin !== window.location.origin || isHere || link.hasAttribute('download')) return;
    event.preventDefault();
    window.location.replace(target.href);
  });

  for (const field of document.querySelectorAll('form, input, textarea')) field.setAttribute('autocomplete', 'off');
})();
