// Keeps the last picture on screen while the video element is loaded anew.

export class Freeze {
  constructor(canvas, video) {
    this.canvas = canvas;
    this.video = video;
  }

  hold() {
    const { canvas, video } = this;
    if (!video.videoWidth || video.readyState < 2) return;
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.hidden = false;
  }

  release() {
    this.canvas.hidden = true;
  }
}
