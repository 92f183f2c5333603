/** The chooser of the account: those seen, or any other by its name. */

import { button, element, part, tell } from "./element.js";
import { dollars } from "./money.js";

export class AccountChooser {
  #menu = part("account-menu");
  #read;
  #choose;
  #chosen = null;

  /** *read* returns the accounts seen, *choose* opens one by name. */
  constructor(read, choose) {
    this.#read = read;
    this.#choose = choose;
    this.#menu.addEventListener(
      "beforetoggle",
      (event) => event.newState === "open" && this.#open(),
    );
    this.#menu.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      const input = part("other-account");
      if (input.value.trim() && input.checkValidity()) this.#take(input.value.trim());
      else input.focus();
    });
  }

  show(account) {
    this.#chosen = account;
    tell(part("account-name"), account);
  }

  async #open() {
    const below = part("account").getBoundingClientRect();
    this.#menu.style.top = `${below.bottom + 6}px`;
    this.#menu.style.left = `${Math.max(Math.min(below.left, innerWidth - 340), 8)}px`;
    const list = this.#menu.querySelector("ul");
    try {
      list.replaceChildren(...(await this.#read()).map((seen) => this.#item(seen)));
    } catch (error) {
      list.replaceChildren(element("li", { class: "hint" }, error.message));
    }
  }

  #item({ account, jobs, spent }) {
    const told = element(
      "span",
      { class: "hint" },
      `${jobs} ${jobs === 1 ? "job" : "jobs"}, ${dollars(spent)}`,
    );
    const current = account === this.#chosen ? "true" : null;
    const name = element("span", { class: "name" }, account);
    return element(
      "li",
      {},
      button(name, () => this.#take(account), { "aria-current": current, class: "choice" }),
      told,
    );
  }

  #take(account) {
    part("other-account").value = "";
    this.#menu.hidePopover();
    this.#choose(account);
  }
}
