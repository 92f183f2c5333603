/** Moments and lengths of time, as people read them. Moments are milliseconds since the epoch. */

/** Return the moment that an RFC 3339 text names. */
export function moment(text) {
  return Date.parse(text);
}

/** Return a moment's time of day in UTC, as in 18:00:04.120. */
export function timeOfDay(at, { milliseconds = true } = {}) {
  return new Date(at).toISOString().slice(11, milliseconds ? 23 : 19);
}

/** Return a moment's date in UTC, as in 2026-11-22. */
export function date(at) {
  return new Date(at).toISOString().slice(0, 10);
}

/** Return a length of time with what matters of it, as in 0.42 s, 12 s, 3 min 05 s, 2 h 10 min. */
export function span(milliseconds) {
  const seconds = Math.max(milliseconds, 0) / 1000;
  if (seconds < 1) return `${trimmed(seconds, 2)} s`;
  if (seconds < 10) return `${trimmed(seconds, 1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  return inMinutes(Math.round(seconds));
}

/** Return how long ago something was, in one unit: that is as exact as a glance needs. */
export function age(milliseconds) {
  const seconds = Math.max(Math.floor(milliseconds / 1000), 0);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

function inMinutes(seconds) {
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  if (hours) return minutes ? `${hours} h ${String(minutes).padStart(2, "0")} min` : `${hours} h`;
  return rest ? `${minutes} min ${String(rest).padStart(2, "0")} s` : `${minutes} min`;
}

function trimmed(number, digits) {
  return String(Number(number.toFixed(digits)));
}
