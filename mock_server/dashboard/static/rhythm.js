/** The rhythm in which a client polls, in words. */

import { endedAt, submittedAt } from "./job.js";
import { isGood } from "./operations.js";
import { moment, span } from "./time.js";

/** Return what *entries*, oldest first, tell about the client of *job*. */
export function rhythm(job, entries) {
  const polls = entries.filter((entry) => entry.operation === "poll");
  if (!polls.length) return "Nobody has polled yet.";
  const times = polls.map((entry) => moment(entry.at));
  const told = [
    `${polls.length} ${polls.length === 1 ? "poll" : "polls"}`,
    `the first after ${span(times[0] - submittedAt(job))}`,
  ];
  return [...told, ...apart(times), ...refused(polls), ...noticed(job, times)].join(", ") + ".";
}

function apart(times) {
  const gaps = times
    .slice(1)
    .map((at, index) => at - times[index])
    .sort((one, other) => one - other);
  if (!gaps.length) return [];
  const [shortest, middle, longest] = [gaps[0], gaps[gaps.length >> 1], gaps.at(-1)].map(span);
  if (shortest === longest) return [`every ${middle}`];
  return [`then every ${middle} (median; ${shortest} to ${longest})`];
}

function refused(polls) {
  const count = polls.filter((entry) => !isGood(entry)).length;
  return count ? [`${count} without success`] : [];
}

function noticed(job, times) {
  const ended = endedAt(job);
  const first = ended === null ? undefined : times.find((at) => at >= ended);
  return first === undefined ? [] : [`its end noticed after ${span(first - ended)}`];
}
