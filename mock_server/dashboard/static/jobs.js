/** The list of jobs, newest first: at most one drawing per frame, however many change at once. */

import { JobRow } from "./job_row.js";
import { part, tell } from "./element.js";
import { announceEnd } from "./notices.js";
import { isTerminal, submittedAt } from "./job.js";

const SHOWN = 100;

export class JobList {
  #rows = new Map();
  #changed = new Map();
  #drawing = null;
  #body = part("jobs").querySelector("tbody");
  #clock;
  #choose;
  #open = null;
  #hasMore = false;

  /** *choose* is called with the id of the job that somebody wants to see. */
  constructor(clock, choose) {
    this.#clock = clock;
    this.#choose = choose;
    this.#body.addEventListener("click", (event) => {
      const row = event.target.closest("tr");
      if (row) this.#choose(row.dataset.job);
    });
    this.#body.addEventListener("keydown", (event) => this.#key(event));
  }

  get jobs() {
    return [...this.#rows.values()].map((row) => row.job);
  }

  /** Show exactly these jobs. */
  replace(jobs, hasMore) {
    // After a reset the same ids come again, for other jobs.
    const kept = new Map(jobs.map((job) => [job.job_id, submittedAt(job)]));
    for (const [id, row] of [...this.#rows])
      if (kept.get(id) !== submittedAt(row.job)) this.#drop(id);
    this.#hasMore = hasMore;
    // On a clock that stands still many begin at one moment: their order is that in which they came.
    for (const job of jobs.toReversed()) this.#changed.set(job.job_id, job);
    this.#draw();
  }

  /** Show a job as it is now. */
  show(job) {
    const shown = this.#rows.get(job.job_id)?.job;
    if (shown && isTerminal(job.status) && !isTerminal(shown.status)) announceEnd(job.status);
    this.#changed.set(job.job_id, job);
    this.#drawing ??= requestAnimationFrame(() => this.#draw());
  }

  /** Mark the job that is shown in full, null for none. */
  mark(id) {
    this.#rows.get(this.#open)?.mark(false);
    this.#open = id;
    this.#rows.get(id)?.mark(true);
  }

  /** Give the keyboard to the row of a job. */
  focus(id) {
    this.#give(this.#rows.get(id) ?? this.#first());
  }

  tick() {
    const now = this.#clock.now();
    for (const row of this.#rows.values()) row.tick(now);
  }

  #draw() {
    cancelAnimationFrame(this.#drawing);
    this.#drawing = null;
    const now = this.#clock.now();
    const jobs = [...this.#changed.values()].sort(
      (one, other) => submittedAt(one) - submittedAt(other),
    );
    for (const job of jobs) {
      const row = this.#rows.get(job.job_id) ?? this.#add(job);
      row.show(job, now);
    }
    this.#changed.clear();
    this.#shorten();
    this.#summarize();
  }

  #add(job) {
    const row = new JobRow(job);
    this.#rows.set(job.job_id, row);
    const older = [...this.#body.rows].find(
      (other) => Number(other.dataset.at) <= submittedAt(job),
    );
    this.#body.insertBefore(row.root, older ?? null);
    if (job.job_id === this.#open) row.mark(true);
    return row;
  }

  #drop(id) {
    this.#rows.get(id)?.root.remove();
    this.#rows.delete(id);
    this.#changed.delete(id);
  }

  #shorten() {
    while (this.#rows.size > SHOWN) {
      this.#hasMore = true;
      this.#drop(this.#body.lastElementChild.dataset.job);
    }
    if (!this.#body.contains(document.activeElement))
      this.#hold(this.#rows.get(this.#open) ?? this.#first());
  }

  /** Make a row the one that the tab key comes to. */
  #hold(row) {
    this.#body.querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
    row?.hold();
  }

  #give(row) {
    this.#hold(row);
    row?.focus();
  }

  #first() {
    return this.#rows.get(this.#body.firstElementChild?.dataset.job);
  }

  #summarize() {
    part("jobs-scroll").hidden = this.#rows.size === 0;
    part("jobs-lesson").hidden = this.#rows.size > 0;
    const running = this.jobs.filter((job) => !isTerminal(job.status)).length;
    const count = this.#hasMore ? `the newest ${this.#rows.size}` : String(this.#rows.size);
    tell(part("jobs-tally"), this.#rows.size ? `${count}, ${running} running` : "");
  }

  #key(event) {
    const row = event.target.closest("tr");
    const to = {
      ArrowDown: row?.nextElementSibling,
      ArrowUp: row?.previousElementSibling,
      Home: this.#body.firstElementChild,
      End: this.#body.lastElementChild,
    }[event.key];
    if (!to) return;
    event.preventDefault();
    this.#give(this.#rows.get(to.dataset.job));
    if (this.#open) this.#choose(to.dataset.job);
  }
}
