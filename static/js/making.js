/* Keeps lines such as 视频正在制作 fresh: asks every five seconds while something is being made, and then stops. */
(() => {
  const EVERY = 5000;
  const url = document.currentScript.dataset.url;
  const lines = () => [...document.querySelectorAll('[data-making]')];

  /** Show the newest state of one line; a finished one is not asked for again. */
  const show = (line, state) => {
    const bar = line.querySelector('progress');
    if (bar) bar.value = state.percent;
    const percent = line.querySelector('[data-making-percent]');
    if (percent) percent.textContent = `（已完成 ${state.percent}%）`;
    if (state.busy) return;
    line.removeAttribute('data-making');
    bar?.remove();
    percent?.remove();
    line.querySelector('[data-making-sentence]').textContent = state.plays ? '做好了，现在可以看了' : state.sentence;
    const ready = line.parentElement.querySelector('[data-making-ready]');
    if (ready && state.plays) ready.hidden = false;
  };

  const ask = async () => {
    const waiting = lines();
    if (!waiting.length) return;
    if (!document.hidden) {
      const query = new URLSearchParams();
      for (const key of new Set(waiting.map((line) => line.dataset.making))) query.append('m', key);
      try {
        const response = await fetch(`${url}?${query}`, { headers: { Accept: 'application/json' } });
        const states = response.ok ? await response.json() : {};
        for (const line of waiting) if (states[line.dataset.making]) show(line, states[line.dataset.making]);
      } catch {
        // No network for a moment: the line stands as it was, and is asked for again.
      }
    }
    setTimeout(ask, EVERY);
  };
  setTimeout(ask, EVERY);
})();
