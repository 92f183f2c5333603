/** What there is to know of a job, in words. */

import { element } from "./element.js";
import { isFree, isTerminal, size } from "./job.js";
import { dollars } from "./money.js";
import { span } from "./time.js";

/** Return terms and descriptions of *job*. */
export function facts(job) {
  const { price, video } = job;
  const sound = video.sound ? (video.own_sound ? "your own sound" : "with sound") : "silent";
  const told = {
    Mode: job.mode,
    Model: job.model,
    Price: `${dollars(price.amount)} = ${price.seconds} s × $${price.rate}${isFree(job) ? ", given back" : ""}`,
    Tier: [price.tier, " ", element("code", { class: "rule" }, price.rule)],
    Video: `${size(job)}, ${video.fps} fps, ${video.frames} frames, ${sound}${video.own_picture ? ", your own picture" : ""}`,
    Seed: element("code", {}, String(job.seed)),
    Plan: plan(job),
    Scenarios: (job.scenarios ?? []).map((name) =>
      element("span", { class: "chip scenario" }, name),
    ),
  };
  return Object.entries(told)
    .filter(([, value]) => value.length !== 0)
    .map(([term, value]) => element("div", {}, element("dt", {}, term), element("dd", {}, value)));
}

function plan({
  plan: { starts_after_seconds: starts, ends_after_seconds: ends, progress_at_end: reach, error },
}) {
  const starting = starts === null ? "never starts" : `starts after ${span(starts * 1000)}`;
  if (ends === null) return `${starting}, never ends`;
  const end = error ? `fails at ${Math.floor(reach * 100)} %` : "completes";
  return `${starting}, ${end} after ${span(ends * 1000)}`;
}

/** Return what went wrong with *job*, or what is going to. */
export function errorBox(job) {
  const { error } = job.plan;
  if (!error || job.status === "cancelled" || job.status === "completed") return [];
  const title = isTerminal(job.status) ? "It failed" : "It is going to fail";
  return [
    element(
      "div",
      { class: "box error" },
      element("strong", {}, title),
      " with ",
      element("code", {}, error.code),
      element("p", {}, error.message),
    ),
  ];
}

/** Return what was found out about the media of *job*. */
export function media(job) {
  if (!job.media?.length) return [];
  return [element("h3", {}, "Media"), element("ul", { class: "media" }, job.media.map(medium))];
}

function medium(found) {
  const measures = [
    found.format,
    found.width && `${found.width}×${found.height}`,
    found.seconds !== null && found.seconds !== undefined && `${found.seconds} s`,
    found.codec,
    found.bytes && `${found.bytes.toLocaleString("en")} bytes`,
  ].filter(Boolean);
  return element(
    "li",
    {},
    element("code", {}, found.pointer),
    element("span", { class: "source" }, found.source),
    element("span", {}, measures.join(", ") || found.note || found.origin),
    (found.preprocessing ?? []).map((step) => element("span", { class: "chip" }, step)),
    found.error &&
      element(
        "p",
        { class: "violation" },
        element("code", { class: "rule" }, found.error.code),
        ` ${found.error.message}`,
      ),
  );
}
