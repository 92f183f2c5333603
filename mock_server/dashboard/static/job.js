/** A job as the control interface tells it: what can be read out of it. */

import { moment } from "./time.js";

const TERMINAL = new Set(["completed", "failed", "cancelled", "succeeded"]);

export function isTerminal(status) {
  return TERMINAL.has(status);
}

/** Tell whether its price was given back. */
export function isFree(job) {
  return job.status === "failed" || job.status === "cancelled";
}

export function submittedAt(job) {
  return moment(job.timeline[0].at);
}

/** Return the moment at which the job ended or will end, null where it never does. */
export function endedAt(job) {
  const last = job.timeline.at(-1);
  return isTerminal(last.status) ? moment(last.at) : null;
}

/** Return the size of its video, as in 1920×1080. */
export function size(job) {
  return `${job.video.width}×${job.video.height}`;
}

/** Return where its video is on this very origin, whatever name the submitter knew the emulator by. */
export function videoPath(job) {
  if (!job.url) return null;
  const { pathname, search } = new URL(job.url, location.href);
  return pathname + search;
}
