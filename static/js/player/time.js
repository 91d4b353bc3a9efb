// How times are shown and spoken. All take seconds.

/** "3:20", "1:02:03". */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** "3 分 20 秒", "12 分", "45 秒", "1 小时 2 分". */
export function spoken(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = whole % 60;
  const words = [];
  if (hours) words.push(`${hours} 小时`);
  if (minutes) words.push(`${minutes} 分`);
  if (rest || !words.length) words.push(`${rest} 秒`);
  return words.join(" ");
}

/** Text of the seek bar's value: "3 分 20 秒，共 12 分". */
export function placeInWhole(seconds, duration) {
  return `${spoken(seconds)}，共 ${spoken(duration)}`;
}
