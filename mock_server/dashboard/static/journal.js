/** The journal of the account's requests, newest first. */

import { element, part, tell } from "./element.js";
import { EntryItem } from "./entry.js";
import { OPERATIONS } from "./operations.js";

const SHOWN = 300;

export class Journal {
  #items = new Map();
  #newest = [];
  #drawing = null;
  #list = part("entries");
  #operation = part("journal-operation");
  #status = part("journal-status");
  #catalogue;
  #find;

  /** *find* returns an entry with headers and bodies, *clear* forgets all. */
  constructor(catalogue, find, clear) {
    this.#catalogue = catalogue;
    this.#find = find;
    const options = ["", ...OPERATIONS, "none"].map((name) =>
      element(
        "option",
        { value: name },
        { "": "every operation", none: "no operation" }[name] ?? name,
      ),
    );
    this.#operation.replaceChildren(...options);
    for (const filter of [this.#operation, this.#status])
      filter.addEventListener("change", () => this.#filter());
    part("journal-clear").addEventListener("click", clear);
  }

  /** Show exactly these entries, newest first. */
  replace(entries) {
    // When the emulator was started anew the same ids come again, for other requests.
    const known = new Map(entries.map((entry) => [entry.id, entry.at]));
    for (const [id, item] of this.#items) {
      if (known.get(id) === item.entry.at) continue;
      item.root.remove();
      this.#items.delete(id);
    }
    this.#newest = entries.filter((entry) => !this.#items.has(entry.id)).reverse();
    this.#draw();
  }

  /** Show one more entry, the newest. */
  add(entry) {
    this.#newest.push(entry);
    this.#drawing ??= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    cancelAnimationFrame(this.#drawing);
    this.#drawing = null;
    for (const entry of this.#newest) {
      if (this.#items.has(entry.id)) continue;
      const item = new EntryItem(entry, this.#catalogue, this.#find);
      item.root.hidden = !this.#wants(entry);
      this.#items.set(entry.id, item);
      this.#list.prepend(item.root);
    }
    this.#newest = [];
    this.#shorten();
    this.#summarize();
  }

  #shorten() {
    for (const id of [...this.#items.keys()].slice(0, Math.max(this.#items.size - SHOWN, 0))) {
      this.#items.get(id).root.remove();
      this.#items.delete(id);
    }
  }

  #filter() {
    for (const item of this.#items.values()) item.root.hidden = !this.#wants(item.entry);
    this.#summarize();
  }

  #wants({ operation, status }) {
    const [wantedOperation, wantedStatus] = [this.#operation.value, this.#status.value];
    const kind = status === null ? "none" : String(status)[0];
    return (
      (!wantedOperation || wantedOperation === (operation ?? "none")) &&
      (!wantedStatus || wantedStatus === kind)
    );
  }

  #summarize() {
    const all = this.#items.size;
    const shown = [...this.#items.values()].filter((item) => !item.root.hidden).length;
    tell(part("journal-tally"), all === shown ? String(all || "") : `${shown} of ${all}`);
    part("journal-empty").hidden = shown > 0;
    this.#list.hidden = shown === 0;
    tell(
      part("journal-empty"),
      all
        ? "No request fits the filters."
        : "Nothing was asked yet. Every request with this account's key shows up here, whatever comes of it.",
    );
  }
}
