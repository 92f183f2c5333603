/** The timeline of a job, to scale: its phases as bars, what clients asked as marks. */

import { drawn, element, tell } from "./element.js";
import { endedAt, isTerminal, submittedAt } from "./job.js";
import { marksOf, strokes } from "./marks.js";
import { Reader } from "./reader.js";
import { requestTable } from "./request_table.js";
import { rhythm } from "./rhythm.js";
import { Scale } from "./scale.js";
import { moment, span } from "./time.js";

const LEFT = 76;
const RIGHT = 14;
const LANES = { status: 8, poll: 42, file: 78, other: 108 };
const HEIGHT = 152;
const AXIS = 132;
const TICK_APART = 84;

export class Timeline {
  #clock;
  #job = null;
  #entries = [];
  #whole = true;
  #svg = drawn("svg", { class: "timeline", height: String(HEIGHT), "aria-hidden": "true" });
  #summary = element("p", { class: "rhythm" });
  #zoom = element("button", { type: "button", class: "quiet zoom", hidden: true });
  #table = element("details", {}, element("summary", {}, "The same as a table"), element("div"));
  #reader = new Reader(this.#svg);

  constructor(clock) {
    this.#clock = clock;
    this.#zoom.addEventListener("click", () => {
      this.#whole = !this.#whole;
      this.draw();
    });
    const legend = element(
      "p",
      { class: "hint legend" },
      "Gaps are to scale. Tall marks are answers, crossed ones refusals or nothing at all, broken ones were struck by a scenario or a fault, half ones are ranges of a file.",
    );
    this.root = element(
      "div",
      { class: "timeline-box" },
      this.#summary,
      this.#reader.root,
      this.#zoom,
      legend,
      this.#table,
    );
    this.#table.addEventListener("toggle", () => this.#tabulate());
    new ResizeObserver(() => this.draw()).observe(this.root);
  }

  /** Show *job* with its entries of the journal, oldest first. */
  show(job, entries) {
    this.#job = job;
    this.#entries = entries;
    tell(this.#summary, rhythm(job, entries));
    this.#tabulate();
    this.draw();
  }

  #tabulate() {
    if (this.#table.open)
      this.#table.lastElementChild.replaceChildren(requestTable(this.#job, this.#entries));
  }

  draw() {
    const width = this.root.clientWidth;
    if (!this.#job || !width) return;
    const scale = this.#scale(width);
    const marks = marksOf(this.#entries, scale, LANES).filter(
      (mark) => mark.x <= width - RIGHT + 1,
    );
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.#svg.replaceChildren(
      ...lanes(width),
      ...axis(scale),
      ...phases(this.#job, scale, this.#clock.now()),
      ...strokes(marks, LANES),
    );
    this.#reader.show(marks, this.#job);
  }

  #scale(width) {
    const [begin, end] = [submittedAt(this.#job), this.#end()];
    const last = Math.max(end, ...this.#entries.slice(-1).map((entry) => moment(entry.at)));
    this.#zoom.hidden = last - end < (end - begin) / 2;
    this.#zoom.textContent = this.#whole
      ? "Only until the job ended"
      : "All that was asked later, too";
    const to = this.#whole || this.#zoom.hidden ? last : end;
    return new Scale(begin, to + (to - begin) * 0.03 + 1, LEFT, width - RIGHT);
  }

  #end() {
    const ends = endedAt(this.#job);
    return isTerminal(this.#job.status) ? ends : Math.max(this.#clock.now(), ends ?? 0);
  }
}

function lanes(width) {
  const named = {
    Status: LANES.status + 11,
    Polls: LANES.poll + 16,
    Files: LANES.file + 12,
    Other: LANES.other + 10,
  };
  const lines = [LANES.poll + 24, LANES.file + 20, LANES.other + 16];
  return [
    ...Object.entries(named).map(([name, y]) =>
      drawn("text", { x: "0", y: String(y), class: "lane" }, name),
    ),
    ...lines.map((y) =>
      drawn("line", { x1: LEFT, x2: width - RIGHT, y1: y, y2: y, class: "ground" }),
    ),
  ];
}

function axis(scale) {
  return scale.ticks(TICK_APART).flatMap((since) => {
    const x = scale.x(scale.from + since);
    return [
      drawn("line", { x1: x, x2: x, y1: LANES.status, y2: AXIS, class: "grid" }),
      drawn(
        "text",
        { x, y: AXIS + 14, class: "tick", "text-anchor": since ? "middle" : "start" },
        since ? span(since) : "submitted",
      ),
    ];
  });
}

/** Draw the phases; what lies ahead only as an outline. */
function phases(job, scale, now) {
  const steps = job.timeline.map(({ at, status }) => ({ at: moment(at), status }));
  const drawnTo = isTerminal(job.status) ? steps.at(-1).at : now;
  const bars = steps.flatMap(({ at, status }, index) => {
    if (isTerminal(status)) return [ending(scale, at, status, at > now)];
    const until = steps[index + 1]?.at ?? Math.max(now, at);
    const split = Math.min(Math.max(drawnTo, at), until);
    return [
      bar(scale, at, split, status),
      ...(until > split ? [bar(scale, split, until, `${status} ahead`)] : []),
    ];
  });
  return [...bars, ...(isTerminal(job.status) ? [] : [present(scale, now)])];
}

function bar(scale, from, to, status) {
  const [x, width] = [scale.x(from), Math.max((to - from) * scale.ratio, 1)];
  const shape = drawn("rect", {
    x,
    y: LANES.status,
    width,
    height: 16,
    rx: 2,
    class: `phase ${status}`,
  });
  const word = status.split(" ")[0];
  if (width < word.length * 7.5 + 8 || status.endsWith("ahead")) return shape;
  return drawn(
    "g",
    {},
    shape,
    drawn("text", { x: x + 6, y: LANES.status + 12, class: `phase-word ${word}` }, word),
  );
}

function ending(scale, at, status, isAhead) {
  const x = scale.x(at);
  const known = ["completed", "failed", "cancelled"].includes(status) ? status : "other";
  return drawn("use", {
    href: `#is-${known}`,
    x: x - 1,
    y: LANES.status,
    width: 16,
    height: 16,
    class: `ending ${known}${isAhead ? " ahead" : ""}`,
  });
}

function present(scale, now) {
  const x = scale.x(now);
  return drawn("line", { x1: x, x2: x, y1: LANES.status - 4, y2: AXIS, class: "present" });
}
