/** The faults of the account: what will strike, how often it has, and a form for one more. */

import { button, element, part } from "./element.js";
import { FaultForm } from "./fault_form.js";

export class Faults {
  #list = element("ul", { class: "faults" });
  #act;
  #form;

  /** *act* does what a button is for. */
  constructor(catalogue, act) {
    this.#act = act;
    this.#form = new FaultForm(catalogue, (fault) =>
      act((api) => api.control("POST", "faults", fault)),
    );
    part("faults").querySelector(".body").replaceChildren(this.#list, this.#form.root);
    part("faults-clear").addEventListener("click", () =>
      act((api) => api.control("DELETE", "faults")),
    );
  }

  /** Offer the scenarios of the catalogue. */
  offer() {
    this.#form.offer();
  }

  show(faults) {
    part("faults-clear").hidden = faults.length === 0;
    const none = element(
      "li",
      { class: "empty" },
      "Nothing strikes. A fault makes the next requests of this account go wrong, and heals by itself after the number of times that you give.",
    );
    this.#list.replaceChildren(
      ...(faults.length ? faults.map((fault) => this.#item(fault)) : [none]),
    );
  }

  #item(fault) {
    const name = fault.scenario ?? fault.operation;
    const gone = fault.times !== null && fault.struck >= fault.times;
    return element(
      "li",
      { class: gone ? "gone" : null },
      element(
        "div",
        {},
        element("strong", {}, name),
        fault.scenario ? null : element("code", { class: "action" }, JSON.stringify(fault.action)),
        element("span", { class: "second" }, limits(fault)),
      ),
      element(
        "span",
        { class: "count" },
        `struck ${fault.struck} of ${fault.seen} seen`,
        gone ? ", healed" : null,
      ),
      button("Delete", () => this.#act((api) => api.control("DELETE", `faults/${fault.id}`)), {
        class: "quiet",
        "aria-label": `Delete the fault ${name}`,
      }),
    );
  }
}

function limits({ after, times, probability }) {
  return [
    times === null ? "every time" : `${times} ${times === 1 ? "time" : "times"}`,
    after ? `after the first ${after}` : null,
    probability < 1 ? `with probability ${probability}` : null,
  ]
    .filter(Boolean)
    .join(", ");
}
