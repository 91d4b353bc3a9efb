// What a viewer chose on this device and wants again next time.

const KEY = "yinling.player";
const DEFAULTS = { captions: true, saver: false, volume: 1 };

export function readPreferences() {
  try {
    return { ...DEFAULTS, ...JSON.parse(window.localStorage.getItem(KEY)) };
  } catch {
    return { ...DEFAULTS };
  }
}

export function savePreferences(preferences) {
  try {
    window.localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // A private window without storage: the choice holds for this page only.
  }
}
