// WebVTT as far as this site writes it: cue times and text (https://www.w3.org/TR/webvtt1/, 6.1). No styling.

const TIMING = /^(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})\s+-->\s+(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})/;
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": "\u00a0", "&lrm;": "\u200e", "&rlm;": "\u200f" };

function seconds(hours, minutes, rest, thousandths) {
  return Number(hours || 0) * 3600 + Number(minutes) * 60 + Number(rest) + Number(thousandths) / 1000;
}

function plain(text) {
  return text.replace(/<[^>]*>/g, "").replace(/&(?:amp|lt|gt|nbsp|lrm|rlm);/g, (entity) => ENTITIES[entity]);
}

/** List of {start, end, text}, times in seconds, in the order of the file. Blocks without a timing line are skipped. */
export function parseCues(text) {
  const cues = [];
  for (const block of text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n").split(/\n{2,}/)) {
    const lines = block.split("\n");
    const at = lines.findIndex((line) => TIMING.test(line));
    if (at < 0) continue;
    const m = TIMING.exec(lines[at]);
    cues.push({
      start: seconds(m[1], m[2], m[3], m[4]),
      end: seconds(m[5], m[6], m[7], m[8]),
      text: plain(lines.slice(at + 1).join("\n").trim()),
    });
  }
  return cues;
}

/** Index of the cue that runs at `time`, or -1. With overlapping cues, the one that began last. */
export function cueAt(cues, time) {
  for (let i = cues.length - 1; i >= 0; i -= 1) {
    if (cues[i].start <= time && time < cues[i].end) return i;
  }
  return -1;
}
