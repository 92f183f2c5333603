/** The emulator's catalogues: scenarios by name and rules by id. */

import { element } from "./element.js";

export class Catalogue {
  scenarios = new Map();
  #rules = new Map();

  /** Read both. */
  async load(api) {
    const [scenarios, rules] = await Promise.all([api.get("scenarios"), api.get("rules")]);
    this.scenarios = new Map(scenarios.data.map((scenario) => [scenario.name, scenario]));
    this.#rules = new Map(rules.data.map((rule) => [rule.id, rule]));
  }

  /** Return what a rule says, an empty text where nobody knows. */
  rule(id) {
    return this.#rules.get(id)?.text ?? "";
  }

  /** Return the scenarios as the options of a selection, by kind. */
  options() {
    const kinds = Map.groupBy(this.scenarios.values(), (scenario) => scenario.kind);
    return [...kinds].map(([kind, alike]) =>
      element(
        "optgroup",
        { label: kind },
        alike.map(({ name }) => element("option", { value: name }, name)),
      ),
    );
  }
}
