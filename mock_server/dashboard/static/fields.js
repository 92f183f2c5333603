/** The fields of a form, made from a JSON Schema: one control for each property. */

import { element } from "./element.js";

const FEW = 5;

/** Return the field of a property, null for one that must not be sent or whose kind nobody knows. */
export function fieldOf(name, schema) {
  if (schema.not || !(schema.type || schema.enum || "const" in schema)) return null;
  return new Field(name, schema);
}

class Field {
  #schema;
  #control;
  #wrong = element("p", { class: "wrong", hidden: true });

  constructor(name, schema) {
    this.name = name;
    this.#schema = schema;
    this.#wrong.id = `wrong-${name}`;
    const make = control(name, schema);
    this.#control = make;
    make.describe?.(this.#wrong.id);
    const hint = element(
      "p",
      { class: "hint" },
      [schema.description, limits(schema)].filter(Boolean).join(" "),
    );
    const label = make.isGroup
      ? element("legend", {}, name)
      : element("label", { for: `field-${name}` }, name);
    this.root = element(
      make.isGroup ? "fieldset" : "div",
      { class: `field ${isShort(schema) ? "short" : ""}` },
      label,
      make.root,
      this.#wrong,
      hint,
    );
  }

  /** What the request has for it, undefined for nothing: a default need not be sent. */
  get value() {
    const value = this.#control.read();
    return value === this.#schema.default ? undefined : value;
  }

  set value(value) {
    this.#control.write(value ?? this.#schema.default ?? this.#schema.const);
  }

  /** Whether its value names a file, which may be uploaded first. */
  get takesFile() {
    return this.#schema.type === "string" && (this.#schema.pattern ?? "").includes("bunny://");
  }

  /** Show what is wrong with it, nothing for an empty list. */
  blame(messages) {
    this.#wrong.hidden = messages.length === 0;
    this.#wrong.textContent = messages.join(" ");
    this.root.classList.toggle("bad", messages.length > 0);
    for (const input of this.root.querySelectorAll("input, textarea"))
      input.setAttribute("aria-invalid", String(messages.length > 0));
  }
}

/** Tell whether two such fields fit side by side. */
function isShort(schema) {
  return (
    ["boolean", "number", "integer"].includes(schema.type) ||
    (schema.enum && schema.enum.length < 3)
  );
}

function limits({ minimum, maximum, "x-truncated-at": truncated }) {
  if (truncated) return `Cut after ${truncated} characters.`;
  return minimum === undefined && maximum === undefined
    ? null
    : `${minimum ?? "…"} to ${maximum ?? "…"}.`;
}

function control(name, schema) {
  if ("const" in schema)
    return choice(name, { ...schema, enum: [schema.const], default: schema.const });
  if (schema.enum) return choice(name, schema);
  if (schema.type === "boolean") return choice(name, { ...schema, enum: [true, false] });
  if (schema.type === "array") return lines(name);
  return text(name, schema);
}

function choice(name, schema) {
  const isFew = schema.enum.length <= FEW && schema.enum.length > 1;
  return isFew ? segments(name, schema) : selection(name, schema);
}

function segments(name, schema) {
  const words = { true: "yes", false: "no" };
  const inputs = schema.enum.map((value) =>
    element("input", { type: "radio", name: `field-${name}`, value: String(value) }),
  );
  const labels = inputs.map((input) =>
    element("label", {}, input, element("span", {}, words[input.value] ?? input.value)),
  );
  const write = (value) =>
    inputs.forEach((input) => (input.checked = input.value === String(value)));
  write(schema.default);
  const read = () =>
    schema.enum.find((value) =>
      inputs.some((input) => input.checked && input.value === String(value)),
    );
  return { root: element("div", { class: "segmented" }, labels), read, write, isGroup: true };
}

function selection(name, schema) {
  const options = schema.enum.map((value) => element("option", { value }, value));
  const root = element("select", { id: `field-${name}` }, options);
  return {
    root,
    read: () => root.value || undefined,
    write: (value) => (root.value = value ?? ""),
  };
}

function lines(name) {
  const root = element("textarea", {
    id: `field-${name}`,
    rows: "2",
    spellcheck: "false",
    placeholder: "one to a line",
  });
  const read = () => {
    const given = root.value
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    return given.length ? given : undefined;
  };
  return {
    root,
    read,
    write: (value) => (root.value = (value ?? []).join("\n")),
    describe: describe(root),
  };
}

function text(name, schema) {
  const isLong = schema["x-truncated-at"] !== undefined;
  const isNumber = schema.type === "number" || schema.type === "integer";
  const attributes = {
    id: `field-${name}`,
    autocomplete: "off",
    placeholder: String(schema.default ?? schema["x-wants"] ?? ""),
  };
  const root = isLong
    ? element("textarea", { ...attributes, rows: "3" })
    : element("input", {
        ...attributes,
        type: "text",
        inputmode: isNumber ? "decimal" : null,
        spellcheck: "false",
      });
  const read = () => {
    if (root.value === "") return undefined;
    // What is no number is sent as it is: the emulator says what would do.
    return isNumber && Number.isFinite(Number(root.value)) ? Number(root.value) : root.value;
  };
  return {
    root,
    read,
    write: (value) => (root.value = value === schema.default ? "" : String(value ?? "")),
    describe: describe(root),
  };
}

function describe(root) {
  return (id) => root.setAttribute("aria-describedby", id);
}
