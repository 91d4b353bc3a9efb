// Play, pause and ten-second steps on a phone's lock screen, for whoever only listens.

export function offerOnLockScreen({ title, poster, actions }) {
  if (!navigator.mediaSession || !window.MediaMetadata) return;
  const artwork = poster ? [{ src: new URL(poster, window.location).href }] : [];
  navigator.mediaSession.metadata = new MediaMetadata({ title, artist: "银龄学堂", artwork });
  const handlers = { play: actions.play, pause: actions.pause, seekbackward: actions.back, seekforward: actions.forward };
  for (const [name, handler] of Object.entries(handlers)) {
    try {
      navigator.mediaSession.setActionHandler(name, handler);
    } catch {
      // An older browser without this action.
    }
  }
}
