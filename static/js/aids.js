/* Reading aids that need a script: 读给我听, and the focus on an error summary. 大字 and 高对比 work without. */
(() => {
  document.querySelector('[data-focus-on-load]')?.focus();

  const button = document.querySelector('[data-read-aloud]');
  const synth = window.speechSynthesis;
  if (!button || !synth) return;

  const BLOCKS = 'h1,h2,h3,p,li,blockquote,figcaption,.words,.meta';
  const SKIPPED = '[hidden],nav,form,button,.player-stage,.making,.visually-hidden';

  /** The Chinese voice of this device, if it has one. */
  const chineseVoice = () => synth.getVoices().find((voice) => voice.lang.toLowerCase().startsWith('zh'));

  /** What is read: the blocks of the page in order, none inside another that is read already. */
  const sentences = () => {
    const read = [];
    for (const block of document.querySelectorAll(`#main :is(${BLOCKS})`)) {
      if (block.closest(SKIPPED) || read.some((other) => other.contains(block))) continue;
      if (block.querySelector(BLOCKS)) continue;
      if (block.innerText.trim()) read.push(block);
    }
    return read.map((block) => block.innerText.replace(/\s+/g, ' ').trim());
  };

  const stop = () => {
    synth.cancel();
    button.setAttribute('aria-pressed', 'false');
    button.textContent = '读给我听';
  };

  const start = () => {
    synth.cancel();
    const voice = chineseVoice();
    const list = sentences();
    list.forEach((text, index) => {
      const words = new SpeechSynthesisUtterance(text);
      words.lang = 'zh-CN';
      words.voice = voice;
      words.rate = 0.9;
      if (index === list.length - 1) words.onend = stop;
      synth.speak(words);
    });
    button.setAttribute('aria-pressed', 'true');
    button.textContent = '不读了';
  };

  button.addEventListener('click', () => (button.getAttribute('aria-pressed') === 'true' ? stop() : start()));
  window.addEventListener('pagehide', () => synth.cancel());

  // Voices may arrive after the page; without one the button would promise what the device can't do.
  const offer = () => {
    button.hidden = !chineseVoice();
  };
  offer();
  synth.addEventListener?.('voiceschanged', offer);
})();
