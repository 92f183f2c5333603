/** The marks on a timeline: one for each request. */

import { drawn } from "./element.js";
import { isGood } from "./operations.js";
import { moment, span } from "./time.js";

const GAP_SHOWN_FROM = 40;

/** Return the lane of an entry, its height and kind of mark, and where *scale* puts it. */
export function marksOf(entries, scale, lanes) {
  return entries.map((entry) => {
    const lane = { poll: "poll", download: "file" }[entry.operation] ?? "other";
    return {
      entry,
      lane,
      at: moment(entry.at),
      x: scale.x(moment(entry.at)),
      y: lanes[lane],
      ...shape(entry, lane),
    };
  });
}

function shape(entry, lane) {
  const whole = { poll: 24, file: 20, other: 16 }[lane];
  const isPart = entry.status === 206;
  return {
    whole,
    height: isPart ? whole / 2 : whole,
    isGood: isGood(entry),
    kind: kindOf(entry, lane),
  };
}

function kindOf(entry, lane) {
  if (!isGood(entry)) return "bad";
  return entry.scenario || entry.fault ? "struck" : lane;
}

/** Draw the marks, those of a kind as one path, and the gaps between polls where there is room. */
export function strokes(marks, lanes) {
  const kinds = Map.groupBy(marks, (mark) => mark.kind);
  const paths = [...kinds].map(([kind, alike]) =>
    drawn("path", { class: `stroke ${kind}`, d: alike.map(stroke).join("") }),
  );
  return [
    ...paths,
    ...gaps(
      marks.filter((mark) => mark.lane === "poll"),
      lanes.poll - 4,
    ),
  ];
}

function stroke({ x, y, whole, height, isGood }) {
  const [foot, head] = [y + whole, y + whole - height];
  const line = `M${x.toFixed(1)} ${foot}V${head}`;
  if (isGood) return line;
  const [left, right] = [x - 3.5, x + 3.5];
  return `${line}M${left} ${head}L${right} ${head + 7}M${right} ${head}L${left} ${head + 7}`;
}

function gaps(polls, y) {
  return polls.slice(1).flatMap((poll, index) => {
    const before = polls[index];
    if (poll.x - before.x < GAP_SHOWN_FROM) return [];
    return [
      drawn(
        "text",
        { x: (poll.x + before.x) / 2, y: y + 20, class: "gap", "text-anchor": "middle" },
        span(poll.at - before.at),
      ),
    ];
  });
}
