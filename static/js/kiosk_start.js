/* The start page of a kiosk: forgets whoever was here, and leads a scanner's keystrokes into the field. */
(() => {
  'use strict';

  try {
    window.localStorage.clear();
    window.sessionStorage.clear();
  } catch {
    /* No storage in this browser: nothing can be left in it. */
  }
  const field = document.querySelector('[data-card-field]');
  if (!field) return;
  field.focus();
  document.addEventListener('keydown', (event) => {
    if (/^\d$/.test(event.key) && !event.target.closest('input, textarea, select')) field.focus();
  });
})();
