/** Reads a timeline's marks, one at a time: under the pointer, or with the arrow keys. */

import { drawn, element, tell } from "./element.js";
import { submittedAt } from "./job.js";
import { span } from "./time.js";

export class Reader {
  #svg;
  #job = null;
  #marks = [];
  #at = null;
  #slider;
  #told = element("p", { class: "told", "aria-hidden": "true" });
  #cursor = drawn("g", { class: "cursor" });

  constructor(svg) {
    this.#svg = svg;
    this.#slider = element(
      "div",
      {
        class: "reader",
        role: "slider",
        tabindex: "0",
        "aria-label": "Requests of this job",
        "aria-valuemin": "0",
        "aria-valuenow": "0",
        onkeydown: (event) => this.#key(event),
        onpointermove: (event) => this.#point(event),
        onpointerleave: () => this.#read(this.#at),
      },
      svg,
    );
    this.root = element("div", {}, this.#slider, this.#told);
  }

  /** Read *marks* of *job* from now on. */
  show(marks, job) {
    this.#marks = marks;
    this.#job = job;
    this.#slider.setAttribute("aria-valuemax", String(marks.length));
    this.#read(this.#at);
  }

  #key(event) {
    const last = this.#marks.length - 1;
    const step = {
      ArrowRight: 1,
      ArrowUp: 1,
      ArrowLeft: -1,
      ArrowDown: -1,
      PageUp: 10,
      PageDown: -10,
    }[event.key];
    const to =
      { Home: 0, End: last }[event.key] ?? (step && (this.#at ?? (step > 0 ? -1 : 0)) + step);
    if (to === undefined || last < 0) return;
    event.preventDefault();
    this.#at = Math.min(Math.max(to, 0), last);
    this.#read(this.#at);
  }

  #point({ clientX, clientY }) {
    const box = this.#svg.getBoundingClientRect();
    const [x, y] = [clientX - box.left, clientY - box.top];
    const far = (mark) =>
      Math.abs(mark.x - x) + (y >= mark.y - 6 && y <= mark.y + mark.whole + 6 ? 0 : 1000);
    const nearest = this.#marks.reduce(
      (best, mark, index) => (best === null || far(mark) < far(this.#marks[best]) ? index : best),
      null,
    );
    this.#read(nearest !== null && Math.abs(this.#marks[nearest].x - x) < 24 ? nearest : this.#at);
  }

  #read(index) {
    const mark = this.#marks[index];
    const text = mark
      ? this.#words(index)
      : this.#marks.length
        ? "Point at a mark, or use the arrow keys."
        : "No request yet.";
    tell(this.#told, text);
    this.#slider.setAttribute("aria-valuenow", String(mark ? index + 1 : 0));
    this.#slider.setAttribute("aria-valuetext", text);
    this.#cursor.replaceChildren();
    if (!mark) return this.#cursor.remove();
    const { x, y, whole } = mark;
    this.#cursor.append(drawn("rect", { x: x - 6, y: y - 3, width: 12, height: whole + 6, rx: 3 }));
    return this.#svg.append(this.#cursor);
  }

  #words(index) {
    const { entry, lane, at } = this.#marks[index];
    const before = this.#marks.slice(0, index).findLast((mark) => mark.lane === lane);
    return [
      `after ${span(at - submittedAt(this.#job))}`,
      entry.operation ?? `${entry.method} ${entry.path}`,
      entry.status === null ? "no answer" : String(entry.status),
      rangeOf(entry),
      before && `${span(at - before.at)} since the one before`,
      entry.scenario ?? entry.fault,
    ]
      .filter(Boolean)
      .join(" · ");
  }
}

/** Return the range that an entry asked for, as far as it is known. */
export function rangeOf(entry) {
  const headers = entry.request?.headers ?? {};
  return headers.range ?? headers.Range ?? (entry.status === 206 ? "a range" : null);
}
