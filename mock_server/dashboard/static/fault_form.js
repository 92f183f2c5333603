/** A form for one more fault: a scenario of the catalogue, or an action of one's own. */

import { element } from "./element.js";
import { OPERATIONS } from "./operations.js";

const NUMBERS = {
  delay_seconds: "Delay, seconds",
  truncate_bytes: "Cut off after, bytes",
  drip_bytes_per_second: "Drip, bytes/s",
};
const SWITCHES = { reset: "Reset the connection", malformed: "Malformed HTTP" };

export class FaultForm {
  #catalogue;
  #scenario = element("select", { name: "scenario" });
  #told = element("p", { class: "hint" });

  /** *add* is called with the fault. */
  constructor(catalogue, add) {
    this.#catalogue = catalogue;
    this.#scenario.addEventListener("change", () => this.#tell());
    this.root = element(
      "details",
      { class: "adding" },
      element("summary", {}, "Add a fault"),
      this.#form(add),
    );
  }

  offer() {
    this.#scenario.replaceChildren(
      ...this.#catalogue.options(),
      element("option", { value: "" }, "An action of your own…"),
    );
    this.#tell();
  }

  #form(add) {
    const form = element(
      "form",
      {},
      field("What goes wrong", this.#scenario),
      this.#told,
      element("div", { class: "own", hidden: true }, own()),
      element(
        "div",
        { class: "pair" },
        field("Times", input("times", "1", "every time")),
        field("Not the first", input("after", "", "0"), "own-only"),
      ),
      element("button", { type: "submit", class: "primary" }, "Add the fault"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      add(fault(new FormData(form)));
    });
    return form;
  }

  #tell() {
    const scenario = this.#catalogue.scenarios.get(this.#scenario.value);
    this.#told.replaceChildren(
      ...(scenario ? [scenario.text, element("br"), `Why: ${scenario.reason}`] : []),
    );
    const isOwn = this.#scenario.value === "";
    for (const shown of this.root.querySelectorAll(".own, .own-only")) shown.hidden = !isOwn;
  }
}

function own() {
  const operations = ["*", ...OPERATIONS].map((name) =>
    element(
      "option",
      { value: name, selected: name === "poll" },
      name === "*" ? "* every one" : name,
    ),
  );
  return [
    element(
      "div",
      { class: "pair" },
      field("Operation", element("select", { name: "operation" }, operations)),
      field("Probability", input("probability", "", "1")),
      field("Seed", input("seed", "", "0")),
    ),
    element(
      "div",
      { class: "pair" },
      field("Status", input("status", "", "as it is")),
      ...Object.entries(NUMBERS).map(([name, label]) => field(label, input(name, "", "none"))),
    ),
    field(
      "Body",
      element("textarea", {
        name: "body",
        rows: "2",
        spellcheck: "false",
        placeholder: "as it is",
      }),
    ),
    field("Headers, a JSON object", input("headers", "", '{"retry-after": "2"}')),
    ...Object.entries(SWITCHES).map(([name, label]) =>
      element(
        "label",
        { class: "switch" },
        element("input", { type: "checkbox", name }),
        ` ${label}`,
      ),
    ),
  ];
}

function field(label, control, kind = "") {
  control.id = `fault-${control.name}`;
  const named = element("label", { for: control.id }, label);
  return element("div", { class: `field ${kind}` }, named, control);
}

function input(name, value, placeholder) {
  return element("input", {
    type: "text",
    name,
    value,
    placeholder,
    autocomplete: "off",
    spellcheck: "false",
  });
}

/** Return the fault that a form describes; what is no number stays a text, for the emulator to say so. */
function fault(form) {
  const given = (name) => form.get(name)?.trim() || undefined;
  const times = number(given("times")) ?? null;
  if (given("scenario")) return { scenario: given("scenario"), times };
  const action = {
    status: number(given("status")),
    body: given("body"),
    headers: object(given("headers")),
    ...Object.fromEntries(Object.keys(NUMBERS).map((name) => [name, number(given(name))])),
    ...Object.fromEntries(Object.keys(SWITCHES).map((name) => [name, form.has(name) || undefined])),
  };
  const [after, probability, seed] = ["after", "probability", "seed"].map((name) =>
    number(given(name)),
  );
  return { operation: given("operation"), times, after, probability, seed, action };
}

function number(text) {
  return text === undefined || Number.isNaN(Number(text)) ? text : Number(text);
}

function object(text) {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
