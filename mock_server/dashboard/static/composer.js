/** A form that composes a request from the contract, shows its price while it is typed, and sends it. */

import { description } from "./api.js";
import { element, part } from "./element.js";
import { fieldOf } from "./fields.js";
import { dollars } from "./money.js";
import { complain } from "./notices.js";
import { SnippetBox } from "./snippet_box.js";
import { uploader } from "./uploader.js";

const PAUSE = 200;

export class Composer {
  #body = part("composer").querySelector(".body");
  #fields = [];
  #quote = element("output", { class: "quote" });
  #send = element("button", { type: "submit", class: "primary" }, "Submit");
  #snippets = new SnippetBox("composed");
  #scenario = element("select", { id: "scenario", "aria-label": "Add a scenario to the prompt" });
  #waiting = null;
  #asked = 0;
  #catalogue;
  #api;
  #submitted;

  /** *submitted* is called with the answer to a submission. */
  constructor(catalogue, submitted) {
    this.#catalogue = catalogue;
    this.#submitted = submitted;
  }

  /** Make the form from the contract. */
  async load() {
    const schemas = modelSchemas(await description());
    const form = element("form", { novalidate: true });
    const choose = (schema) => this.#make(form, schemas, schema);
    choose(schemas[0]);
    form.addEventListener("input", (event) => {
      const chosen =
        event.target.id === "field-model" &&
        schemas.find((schema) => schema.properties.model.const === event.target.value);
      if (chosen) choose(chosen);
      this.#later();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#body.replaceChildren(form);
  }

  /** Compose for another account. */
  use(api) {
    this.#api = api;
    this.#later();
  }

  /** Give the keyboard to the prompt. */
  focus() {
    part("field-prompt")?.focus();
  }

  get #request() {
    const entries = this.#fields.map((field) => [field.name, field.value]);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }

  #make(form, schemas, schema) {
    const models = schemas.map((each) => each.properties.model.const);
    const { const: chosen, ...model } = schema.properties.model;
    const properties = { ...schema.properties, model: { ...model, enum: models } };
    this.#fields = Object.entries(properties)
      .map(([name, property]) => fieldOf(name, property))
      .filter(Boolean);
    const example = schema.examples?.[0] ?? {};
    for (const field of this.#fields) if (field.name in example) field.value = example[field.name];
    this.#field("model").value = chosen;
    const isCommon = ({ name }) =>
      properties[name]["x-published"] || schema.required.includes(name);
    const roots = (wanted) => this.#fields.filter(wanted).map((field) => field.root);
    this.#offer();
    form.replaceChildren(
      element("div", { class: "grid" }, roots(isCommon)),
      element(
        "details",
        { class: "more" },
        element("summary", {}, "More fields"),
        element(
          "div",
          { class: "grid" },
          roots((field) => !isCommon(field)),
        ),
      ),
      element("div", { class: "sending" }, this.#quote, this.#send),
      this.#snippets.root,
    );
    this.#field("prompt").root.append(element("div", { class: "scenarios" }, this.#scenario));
    for (const field of this.#fields.filter((each) => each.takesFile))
      field.root.append(this.#uploader(field));
  }

  #field(name) {
    return this.#fields.find((field) => field.name === name);
  }

  #uploader(field) {
    return uploader(
      field.name,
      (file) => this.#api.upload(file),
      (path) => {
        field.value = path;
        this.#later();
      },
    );
  }

  #offer() {
    this.#scenario.replaceChildren(
      element("option", { value: "" }, "Add a scenario…"),
      ...this.#catalogue.options(),
    );
    this.#scenario.onchange = () => {
      const prompt = this.#field("prompt");
      prompt.value = `${prompt.value ?? ""} @mock:${this.#scenario.value}`.trim();
      this.#scenario.value = "";
      this.#later();
    };
  }

  #later() {
    if (!this.#api || !this.#fields.length) return;
    this.#snippets.show(location.origin, this.#api.key, this.#request);
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#price(), PAUSE);
  }

  async #price() {
    const asked = ++this.#asked;
    try {
      const quote = await this.#api.control("POST", "quote", this.#request);
      if (asked === this.#asked) this.#showQuote(quote);
    } catch (error) {
      if (asked === this.#asked) this.#blame(error);
    }
  }

  #showQuote(quote) {
    this.#blame({ details: [] });
    const { mode, tier, billed_seconds: seconds, rate, width, height } = quote;
    this.#quote.replaceChildren(
      element("strong", {}, dollars(quote.price)),
      element("span", {}, `${mode} · ${tier} · ${seconds} s × $${rate} · ${width}×${height}`),
    );
  }

  /** Show the broken rules at their fields, and what belongs to none of them beside the price. */
  #blame({ details = [], message }) {
    const of = (field) => details.filter(({ pointer }) => pointer.split("/")[1] === field.name);
    for (const field of this.#fields) field.blame(of(field).map((broken) => broken.message));
    if (message)
      this.#quote.replaceChildren(
        element("strong", {}, "No price"),
        element(
          "span",
          {},
          details.length
            ? `${details.length} ${details.length === 1 ? "rule is" : "rules are"} broken`
            : message,
        ),
      );
  }

  async #submit() {
    try {
      this.#submitted(await this.#api.submit(this.#request));
    } catch (error) {
      this.#blame(error);
      complain(error);
    }
  }
}

/** Return the schema of a submission for each model. */
function modelSchemas(document) {
  const { schema } =
    document.paths["/v1/videos/generations"].post.requestBody.content["application/json"];
  const found = schema.$ref ? document.components.schemas[schema.$ref.split("/").at(-1)] : schema;
  return found.anyOf ?? [found];
}
