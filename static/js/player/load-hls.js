// Fetches hls.js once, when somebody presses play: a page that is only read costs nothing.

let wanted = null;

/** The Hls class. Rejects when the script can't be had; asking again tries again. */
export function loadHls(url) {
  if (window.Hls) return Promise.resolve(window.Hls);
  if (!wanted) {
    wanted = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = url;
      script.addEventListener("load", () => resolve(window.Hls));
      script.addEventListener("error", () => {
        script.remove();
        wanted = null;
        reject(new Error("hls.js did not load"));
      });
      document.head.append(script);
    });
  }
  return wanted;
}
