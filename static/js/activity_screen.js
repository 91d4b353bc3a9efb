// Freshens the codes every five seconds without moving the page. Without this script the page loads itself anew.
(() => {
  const url = document.currentScript.dataset.url;
  const place = () => document.querySelector('[data-activity-codes]');

  const freshen = async () => {
    try {
      const answer = await fetch(url, {credentials: 'same-origin'});
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      place().replaceChildren(...fresh.body.childNodes);
    } catch {
      // The line is down: the codes stay, and the next round tries again.
    }
  };

  setInterval(freshen, 5000);
})();
