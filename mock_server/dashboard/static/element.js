/** Elements: made from names, attributes and children; text is only ever text, never markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Return an HTML element. A function among the attributes listens to the event of its name (`onclick`),
 * true is an empty attribute, null and false are none; strings among the children become text.
 */
export function element(name, attributes = {}, ...children) {
  return furnished(document.createElement(name), attributes, children);
}

/** Return an SVG element, in the way of `element`. */
export function drawn(name, attributes = {}, ...children) {
  return furnished(document.createElementNS(SVG, name), attributes, children);
}

function furnished(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false)
      made.setAttribute(name, value === true ? "" : value);
  }
  made.append(
    ...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return made;
}

/** Return the element with the id, which the page has. */
export function part(id) {
  return document.getElementById(id);
}

/** Set the text of an element unless it has it already, so that nothing is drawn or read out anew. */
export function tell(where, text) {
  if (where.textContent !== text) where.textContent = text;
}

/** Return a button; what goes wrong in its action is noticed by whoever handles rejections. */
export function button(text, action, attributes = {}) {
  return element("button", { type: "button", onclick: action, ...attributes }, text);
}

/** Return the mark of a job's status: a shape of its own for each, so that colour is never needed. */
export function statusMark(status) {
  const known = ["queued", "processing", "completed", "failed", "cancelled"].includes(status);
  const use = drawn("use", { href: `#is-${known ? status : "other"}` });
  return drawn("svg", { class: "mark", viewBox: "0 0 16 16", "aria-hidden": "true" }, use);
}
