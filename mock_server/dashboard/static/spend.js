/** What the jobs would have cost: over time, and by tier. */

import { drawn, element, part } from "./element.js";
import { endedAt, isTerminal, submittedAt } from "./job.js";
import { dollars } from "./money.js";
import { niceNumber } from "./scale.js";
import { span } from "./time.js";

const [HEIGHT, LEFT, BOTTOM, TOP] = [150, 52, 18, 10];
const TOPS = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

export class Spend {
  #body = part("spend").querySelector(".body");
  #shown = [[], null, 0];

  constructor() {
    new ResizeObserver(() => this.show(...this.#shown)).observe(part("spend"));
  }

  /** Show the jobs' costs; *now* ends the chart, *account* knows the whole sum. */
  show(jobs, account, now) {
    this.#shown = [jobs, account, now];
    const paid = jobs.filter((job) => job.status === "completed" || job.status === "succeeded");
    if (!jobs.length) {
      this.#body.replaceChildren(
        element(
          "p",
          { class: "empty" },
          "No job yet, so nothing would have been billed. A completed job costs its price, a failed or cancelled one nothing.",
        ),
      );
      return;
    }
    const spent = account?.spent ?? sum(paid);
    const told = element(
      "p",
      { class: "sum" },
      element("strong", {}, dollars(spent)),
      " would have been billed. Nothing was.",
    );
    this.#body.replaceChildren(
      told,
      chart(jobs, now, this.#body.clientWidth - 32 || 360),
      legend(),
      table(jobs),
    );
  }
}

function sum(jobs) {
  return jobs.reduce((total, job) => total + job.price.amount, 0);
}

/** Return the steps of a sum of money: [moment, height] after each change. */
function steps(changes) {
  let height = 0;
  return changes.sort(([one], [other]) => one - other).map(([at, by]) => [at, (height += by)]);
}

function chart(jobs, now, width) {
  const begin = Math.min(...jobs.map(submittedAt));
  const over = Math.max(now - begin, 1);
  const spent = steps(
    jobs.filter((job) => job.status === "completed").map((job) => [endedAt(job), job.price.amount]),
  );
  const held = steps(
    jobs.flatMap((job) => [
      [submittedAt(job), job.price.amount],
      ...(isTerminal(job.status) ? [[endedAt(job), -job.price.amount]] : []),
    ]),
  );
  const top = niceNumber(Math.max(...[...spent, ...held].map(([, height]) => height), 0.01), TOPS);
  const x = (at) => LEFT + (Math.min(at - begin, over) / over) * (width - LEFT - 4);
  const y = (amount) => HEIGHT - BOTTOM - (Math.max(amount, 0) / top) * (HEIGHT - BOTTOM - TOP);
  const line = (points) =>
    `M${LEFT} ${y(0)}${points.map(([at, amount]) => `H${x(at).toFixed(1)}V${y(amount).toFixed(1)}`).join("")}H${x(now)}`;
  const text = (label, attributes) => drawn("text", { class: "tick", ...attributes }, label);
  return drawn(
    "svg",
    {
      class: "chart",
      viewBox: `0 0 ${width} ${HEIGHT}`,
      height: HEIGHT,
      role: "img",
      "aria-label": `Spent and held over ${span(over)}; spent now ${dollars(spent.at(-1)?.[1] ?? 0)}, held now ${dollars(Math.max(held.at(-1)[1], 0))}`,
    },
    [0, top / 2, top].map((amount) =>
      drawn("line", { class: "grid", x1: LEFT, x2: width, y1: y(amount), y2: y(amount) }),
    ),
    [top / 2, top].map((amount) =>
      text(dollars(amount), { x: LEFT - 5, y: y(amount) + 4, "text-anchor": "end" }),
    ),
    drawn("path", { class: "spent-area", d: `${line(spent)}V${y(0)}Z` }),
    drawn("path", { class: "spent-line", d: line(spent) }),
    drawn("path", { class: "held-line", d: line(held) }),
    text("first job", { x: LEFT, y: HEIGHT - 4 }),
    text(`now, ${span(over)} later`, { x: width - 2, y: HEIGHT - 4, "text-anchor": "end" }),
  );
}

function legend() {
  const key = (name) =>
    drawn(
      "svg",
      { viewBox: "0 0 22 8", "aria-hidden": "true" },
      drawn("path", { class: `${name}-line`, d: "M0 4H22" }),
    );
  return element("p", { class: "legend" }, key("spent"), " spent ", key("held"), " held");
}

function table(jobs) {
  const tiers = [...Map.groupBy(jobs, (job) => job.price.tier)].sort(([one], [other]) =>
    one.localeCompare(other),
  );
  const rows = tiers.map(([tier, alike]) => {
    const paid = alike.filter((job) => job.status === "completed");
    const seconds = paid.reduce((total, job) => total + job.price.seconds, 0);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, tier),
      [`${paid.length} of ${alike.length}`, `${seconds} s`, dollars(sum(paid))].map((text) =>
        element("td", {}, text),
      ),
    );
  });
  const head = ["Tier", "Completed", "Billed", "US$"].map((name) =>
    element("th", { scope: "col" }, name),
  );
  return element(
    "table",
    { class: "plain tiers" },
    element("caption", { class: "hidden" }, "Costs by tier"),
    element("thead", {}, element("tr", {}, head)),
    element("tbody", {}, rows),
  );
}
