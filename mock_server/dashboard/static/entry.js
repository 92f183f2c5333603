/** One entry of the journal: a line that opens to request and answer. */

import { element } from "./element.js";
import { moment, timeOfDay } from "./time.js";

export class EntryItem {
  #catalogue;
  #find;
  #full;

  constructor(entry, catalogue, find) {
    this.entry = entry;
    this.#catalogue = catalogue;
    this.#find = find;
    this.#full = element("div", { class: "full" });
    const details = element("details", {}, this.#line(), this.#full);
    details.addEventListener("toggle", () => details.open && this.#open());
    this.root = element("li", {}, details);
  }

  #line() {
    const { at, status, operation, method, path, milliseconds, rules, scenario, fault } =
      this.entry;
    const struck = scenario ?? fault;
    return element(
      "summary",
      {},
      element("time", {}, timeOfDay(moment(at))),
      element(
        "span",
        { class: `code s${status === null ? "0" : String(status)[0]}` },
        status === null ? "none" : String(status),
      ),
      element("span", { class: "operation" }, operation ?? "–"),
      element(
        "span",
        { class: "path", title: `${method} ${path}` },
        element("span", { class: "method" }, method),
        ` ${path}`,
      ),
      element(
        "span",
        { class: "chips" },
        struck && element("span", { class: "chip scenario" }, struck),
        (rules ?? []).map((id) =>
          element("code", { class: "rule", title: this.#catalogue.rule(id) }, id),
        ),
      ),
      element(
        "span",
        { class: "took" },
        `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`,
      ),
    );
  }

  async #open() {
    if (!this.entry.request) {
      this.#full.replaceChildren(element("p", { class: "hint" }, "Reading…"));
      this.entry = (await this.#find(this.entry).catch(() => null)) ?? this.entry;
    }
    const {
      near,
      notes,
      violations,
      request,
      answer,
      method,
      path,
      query,
      fault,
      scenario,
      job_id: job,
    } = this.entry;
    const told = [
      near && element("p", { class: "near" }, near),
      ...(violations ?? []).map((broken) => this.#violation(broken)),
      ...(notes ?? []).map((note) => element("p", { class: "hint" }, note)),
      scenario &&
        element(
          "p",
          { class: "hint" },
          "Struck by the scenario ",
          element("code", {}, scenario),
          ".",
        ),
      fault &&
        element("p", { class: "hint" }, "Struck by the fault ", element("code", {}, fault), "."),
      job &&
        element(
          "p",
          { class: "hint" },
          "About ",
          element("a", { href: `#job=${job}`, "data-show-job": job }, job),
          ".",
        ),
    ].filter(Boolean);
    const line = `${method} ${path}${query ? `?${query}` : ""}`;
    const sides = request
      ? [message("Request", line, request), message("Answer", this.#status(), answer)]
      : [element("p", { class: "hint" }, "The journal no longer has its headers and bodies.")];
    this.#full.replaceChildren(...told, element("div", { class: "sides" }, sides));
  }

  #status() {
    return this.entry.status === null ? "none: the connection ended" : String(this.entry.status);
  }

  #violation({ rule, message: text }) {
    const says = this.#catalogue.rule(rule);
    return element(
      "div",
      { class: "violation" },
      element("code", { class: "rule" }, rule),
      ` ${text}`,
      says && element("p", { class: "hint" }, says),
    );
  }
}

function message(title, line, { headers, body, bytes, is_cut: isCut }) {
  const lines = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  return element(
    "section",
    {},
    element("h3", {}, title),
    element("pre", { class: "start", tabindex: "0" }, [line, ...lines].join("\n")),
    content(body, bytes),
    isCut &&
      element(
        "p",
        { class: "hint" },
        `Cut here: the body had ${bytes.toLocaleString("en")} bytes.`,
      ),
  );
}

function content(body, bytes) {
  if (body) return element("pre", { tabindex: "0" }, pretty(body));
  return element(
    "p",
    { class: "hint" },
    bytes ? `${bytes.toLocaleString("en")} bytes that are no text.` : "No body.",
  );
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
