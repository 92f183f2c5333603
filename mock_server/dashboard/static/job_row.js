/** One job in the list. */

import { element, statusMark, tell } from "./element.js";
import { isFree, isTerminal, size, submittedAt } from "./job.js";
import { dollars } from "./money.js";
import { age } from "./time.js";

export class JobRow {
  #button = element("button", {
    type: "button",
    class: "name",
    tabindex: "-1",
    "aria-controls": "detail",
    "aria-expanded": "false",
  });
  #mark = element("span");
  #word = element("span", { class: "word" });
  #percent = element("span", { class: "percent" });
  #bar = element("span");
  #price = element("span");
  #age = element("span", { class: "second" });

  constructor(job) {
    this.#button.textContent = job.prompt;
    this.root = element(
      "tr",
      { "data-job": job.job_id, "data-at": String(submittedAt(job)) },
      element(
        "td",
        { class: "state" },
        element("span", { class: "status" }, this.#mark, this.#word),
        element(
          "span",
          { class: "second progress" },
          element("span", { class: "track", "aria-hidden": "true" }, this.#bar),
          this.#percent,
        ),
      ),
      element(
        "td",
        { class: "what" },
        this.#button,
        second(element("code", {}, job.job_id), scenarios(job)),
      ),
      element(
        "td",
        { class: "output" },
        element("span", {}, `${job.mode} · ${job.price.tier}`),
        second(`${size(job)} · ${job.price.seconds} s`),
      ),
      element("td", { class: "amount" }, this.#price, this.#age),
    );
  }

  show(job, now) {
    this.job = job;
    if (this.root.dataset.status !== job.status) {
      this.root.dataset.status = job.status;
      this.#mark.replaceChildren(statusMark(job.status));
      tell(this.#word, job.status);
      const price = dollars(job.price.amount);
      this.#price.replaceChildren(isFree(job) ? element("del", {}, price) : price);
    }
    tell(this.#percent, isTerminal(job.status) ? "" : `${Math.floor(job.progress * 100)} %`);
    this.#bar.style.transform = `scaleX(${job.progress})`;
    this.tick(now);
  }

  tick(now) {
    tell(this.#age, age(now - submittedAt(this.job)));
  }

  mark(isOpen) {
    this.root.classList.toggle("open", isOpen);
    this.#button.setAttribute("aria-expanded", String(isOpen));
  }

  /** Be the row that the tab key comes to. */
  hold() {
    this.#button.setAttribute("tabindex", "0");
  }

  focus() {
    this.#button.focus();
  }
}

function second(...children) {
  return element("span", { class: "second" }, ...children);
}

function scenarios(job) {
  return (job.scenarios ?? []).map((name) => element("span", { class: "chip scenario" }, name));
}
