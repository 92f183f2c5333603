/** One account on the page: what it has is read, kept up to date, and changed by what people press. */

import { Api, Refusal } from "./api.js";
import { Chosen } from "./chosen.js";
import { Detail } from "./detail.js";
import { part, tell } from "./element.js";
import { Events } from "./events.js";
import { Faults } from "./faults.js";
import { JobList } from "./jobs.js";
import { Journal } from "./journal.js";
import { showLesson } from "./lesson.js";
import { showMoney } from "./money.js";
import { complain, say } from "./notices.js";
import { settle } from "./place.js";
import { Spend } from "./spend.js";
import { moment } from "./time.js";

const CONNECTION = {
  connecting: "Connecting",
  live: "Live",
  polling: "Every 2 s",
  offline: "Offline",
  refused: "Refused",
};

export class Session {
  api = null;
  #parts;
  #jobs;
  #journal;
  #faults;
  #chosen;
  #spend = new Spend();
  #events = null;
  #account = null;
  #spendIsOld = false;
  #faultsAreOld = false;

  constructor(parts) {
    this.#parts = parts;
    this.#jobs = new JobList(parts.clock, (id) => this.choose(id));
    this.#journal = new Journal(
      parts.catalogue,
      (entry) => this.#find(entry),
      () => this.act((api) => api.control("DELETE", "requests")),
    );
    this.#faults = new Faults(parts.catalogue, (deed) => this.act(deed));
    const detail = new Detail(
      parts.clock,
      (deed) => this.act(deed),
      () => this.close(),
    );
    this.#chosen = new Chosen(detail, this.#jobs);
  }

  /** Show the account of a name, and one of its jobs. */
  open(account, job = null) {
    this.#events?.stop();
    this.api = new Api(account);
    this.#forget();
    this.#chosen.name(job);
    settle(account, job);
    this.#faults.offer();
    this.#parts.chooser.show(account);
    this.#parts.composer.use(this.api);
    showLesson(this.api.key);
    this.#connection("connecting");
    this.#events = new Events(this.api, {
      load: () => this.#load(),
      event: (kind, data) => this.#event(kind, data),
      state: (word, reason) => this.#connection(word, reason),
    });
    this.#events.run();
  }

  /** Go where the address says. */
  follow({ account, job }) {
    if (account && account !== this.api.account) this.open(account, job);
    else if (job && job !== this.#chosen.id) this.choose(job);
  }

  /** Show a job in full. */
  async choose(id) {
    settle(this.api.account, id);
    this.#chosen.name(id);
    await this.#chosen.read(this.api);
    if (innerWidth < 900) this.#chosen.focus();
  }

  /** Have seen enough of the job. */
  close() {
    const last = this.#chosen.id;
    if (last === null) return;
    settle(this.api.account, null);
    this.#chosen.name(null);
    this.#jobs.focus(last);
  }

  /** Do something to the account, and show what came of it. */
  async act(deed) {
    const api = this.api;
    try {
      await deed(api);
      if (api === this.api) await this.#load();
    } catch (error) {
      complain(error);
      this.#parts.clockPanel.show();
    }
  }

  tick() {
    this.#parts.clockPanel.tick();
    this.#jobs.tick();
    this.#chosen.tick();
    if (this.#spendIsOld) this.#showSpend();
    if (this.#faultsAreOld) this.#loadFaults().catch(() => {});
  }

  async #load() {
    const api = this.api;
    const parts = ["clock", "account", "jobs", "requests", "faults"];
    const [clock, account, jobs, requests, faults] = await Promise.all(
      parts.map((path) => api.get(path)),
    );
    if (api !== this.api) return;
    this.#clock(clock);
    this.#money(account);
    this.#jobs.replace(jobs.data, jobs.has_more);
    this.#journal.replace(requests.data);
    this.#faults.show(faults.data);
    this.#showSpend();
    await this.#chosen.read(api);
  }

  async #loadFaults() {
    const api = this.api;
    this.#faultsAreOld = false;
    const { data } = await api.get("faults");
    if (api === this.api) this.#faults.show(data);
  }

  #event(kind, data) {
    const handlers = {
      hello: () => this.#clock(data.clock),
      clock: () => this.#clock(data),
      account: () => this.#money(data),
      job: () => this.#job(data),
      request: () => this.#request(data),
      reset: () => this.#reset(),
    };
    handlers[kind]?.();
  }

  #clock(told) {
    this.#parts.clock.set(told);
    this.#parts.clockPanel.show();
  }

  #money(account) {
    this.#account = account;
    this.#spendIsOld = true;
    showMoney(account);
  }

  #job(job) {
    this.#jobs.show(job);
    this.#spendIsOld = true;
    this.#chosen.job(job);
  }

  #request(entry) {
    this.#parts.clock.reach(moment(entry.at));
    this.#journal.add(entry);
    if (entry.fault || entry.scenario) this.#faultsAreOld = true;
    this.#chosen.request(entry);
  }

  #reset() {
    this.#forget();
    settle(this.api.account, null);
    say("The account was reset.");
  }

  #forget() {
    this.#account = null;
    this.#chosen.name(null);
    this.#jobs.replace([], false);
    this.#journal.replace([]);
    this.#faults.show([]);
    showMoney(null);
    this.#showSpend();
  }

  #showSpend() {
    this.#spendIsOld = false;
    this.#spend.show(this.#jobs.jobs, this.#account, this.#parts.clock.now());
  }

  /** Return an entry with headers and bodies, null where it is no more; events come without. */
  async #find({ id }) {
    const { data } = await this.api.get("requests", { id });
    return data[0] ?? null;
  }

  #connection(word, reason = null) {
    const shown = part("connection");
    const state = reason instanceof Refusal ? "refused" : word;
    if (state === "refused" && shown.dataset.state !== state) complain(reason);
    shown.dataset.state = state;
    tell(shown.querySelector("span"), CONNECTION[state]);
  }
}
