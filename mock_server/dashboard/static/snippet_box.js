/** A request as code, in one language at a time, with a button that copies it. */

import { button, element, tell } from "./element.js";
import { snippets } from "./snippets.js";
import { notice } from "./notices.js";

const LANGUAGES = ["curl", "Python", "JavaScript"];

export class SnippetBox {
  #language = LANGUAGES[0];
  #texts = {};
  #code = element("pre", { class: "snippet", tabindex: "0", "aria-label": "The request as code" });

  constructor(name) {
    const choices = LANGUAGES.map((language) => {
      const input = element("input", {
        type: "radio",
        name,
        value: language,
        onchange: () => this.#choose(language),
      });
      input.checked = language === this.#language;
      return element("label", {}, input, element("span", {}, language));
    });
    const languages = element(
      "fieldset",
      { class: "segmented" },
      element("legend", { class: "hidden" }, "Language"),
      choices,
    );
    this.root = element(
      "div",
      { class: "snippets" },
      element("div", { class: "line" }, languages, copyButton(this.#code)),
      this.#code,
    );
  }

  show(origin, key, request) {
    this.#texts = snippets(origin, key, request);
    this.#choose(this.#language);
  }

  #choose(language) {
    this.#language = language;
    tell(this.#code, this.#texts[language]);
  }
}

/** Return a button that copies the text of *source*. */
export function copyButton(source) {
  return button("Copy", () => copy(source), { class: "quiet" });
}

async function copy(source) {
  // Where the page is not at localhost and not encrypted, browsers only copy what is selected.
  getSelection().selectAllChildren(source);
  if (navigator.clipboard) await navigator.clipboard.writeText(source.textContent);
  else document.execCommand("copy");
  getSelection().removeAllRanges();
  notice("Copied.");
}
