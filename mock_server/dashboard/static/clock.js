/** The account's clock: what it shows between two messages, and the controls that set it. */

import { part, tell } from "./element.js";
import { date, moment, timeOfDay } from "./time.js";

/** The account's time, going on by itself unless the clock stands still. */
export class Clock {
  mode = null;
  #at = Date.now();
  #told = performance.now();

  /** Take over what the emulator tells. */
  set({ mode, now }) {
    this.mode = mode;
    this.#from(moment(now));
  }

  /** Take notice of a moment that has come: a skipping clock leaps without a word. */
  reach(at) {
    if (at > this.now()) this.#from(at);
  }

  now() {
    return this.mode === "manual" ? this.#at : this.#at + performance.now() - this.#told;
  }

  #from(at) {
    this.#at = at;
    this.#told = performance.now();
  }
}

/** The clock in the page's head: *act* is asked to do what a control is for. */
export class ClockPanel {
  #clock;
  #now = part("now");
  #modes = part("clock-mode").querySelectorAll("input");

  constructor(clock, act) {
    this.#clock = clock;
    const advance = (seconds) => act((api) => api.control("POST", "clock/advance", { seconds }));
    for (const mode of this.#modes) {
      mode.addEventListener("change", () =>
        act((api) => api.control("PUT", "clock", { mode: mode.value })),
      );
    }
    for (const step of part("advance").querySelectorAll("[data-seconds]")) {
      step.addEventListener("click", () => advance(Number(step.dataset.seconds)));
    }
    part("advance")
      .querySelector("form")
      .addEventListener("submit", (event) => {
        event.preventDefault();
        const typed = event.target.querySelector("input").value.trim();
        if (typed) advance(Number.isFinite(Number(typed)) ? Number(typed) : typed);
      });
  }

  /** Show the present moment. */
  tick() {
    const now = this.#clock.now();
    tell(this.#now, timeOfDay(now, { milliseconds: this.#clock.mode === "manual" }));
    this.#now.title = `${date(now)} on the account's clock`;
  }

  /** Show how the clock runs. */
  show() {
    for (const mode of this.#modes) mode.checked = mode.value === this.#clock.mode;
    document.documentElement.dataset.clock = this.#clock.mode;
    this.tick();
  }
}
