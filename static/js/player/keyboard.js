// Keys, heard only while the focus is inside the player (WCAG 2.1.4). Letters go by their place on the keyboard, so that
// they work while a Chinese input method is on.

const BY_CODE = { KeyK: "toggle", KeyC: "captions", KeyF: "fullscreen" };
const BY_KEY = { ArrowLeft: "back", ArrowRight: "forward", ArrowUp: "louder", ArrowDown: "quieter", Home: "start", End: "end" };

function actionOf(event) {
  if (event.shiftKey && (event.code === "Comma" || event.key === "<")) return "slower";
  if (event.shiftKey && (event.code === "Period" || event.key === ">")) return "faster";
  if (event.shiftKey) return null;
  return BY_CODE[event.code] || BY_KEY[event.key] || null;
}

/** `actions` by name; `seekbar` takes its own keys first. Returns nothing. */
export function listenToKeys(root, actions, seekbar) {
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { target } = event;
    if (event.key === " " || event.code === "Space") {
      // On a button, the space bar presses that button.
      if (target.closest("button, a")) return;
      event.preventDefault();
      actions.toggle();
      return;
    }
    if (target === seekbar.slider) {
      const place = seekbar.target(event.key);
      if (place !== null) {
        event.preventDefault();
        actions.seek(place);
        return;
      }
    }
    const name = actionOf(event);
    if (!name || !actions[name]) return;
    event.preventDefault();
    actions[name]();
  });
}
