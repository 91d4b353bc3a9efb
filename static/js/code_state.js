/* Keeps the line under 填验证码 fresh while the message is on its way: asks every three seconds, at most two minutes. */
(() => {
  const EVERY = 3000;
  const line = document.querySelector('[data-code-state]:not([data-settled])');
  if (!line) return;
  let left = 40;

  const ask = async () => {
    left -= 1;
    if (!document.hidden) {
      try {
        const response = await fetch(line.dataset.codeState, { headers: { Accept: 'application/json' } });
        const state = response.ok ? await response.json() : { settled: true };
        // Said once when it changes, so that nobody who listens hears it again and again.
        if (state.sentence && state.sentence !== line.textContent) line.textContent = state.sentence;
        if (state.settled) return;
      } catch {
        // No network for a moment: the line stands as it was.
      }
    }
    if (left > 0) setTimeout(ask, EVERY);
  };
  setTimeout(ask, EVERY);
})();
