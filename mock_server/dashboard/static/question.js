/** A question that must be answered before anything else happens. */

import { part } from "./element.js";

/**
 * Ask; return what was typed (an empty text where nothing is to be typed), null when declined.
 * *field* labels a text field, *answer* is the word on the button that goes on.
 */
export function ask({ title, text, answer, field = null }) {
  const dialog = part("question");
  const [label, input] = [dialog.querySelector("label"), dialog.querySelector("input")];
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("p").textContent = text;
  dialog.querySelector("[type=submit]").textContent = answer;
  label.hidden = field === null;
  label.querySelector("span").textContent = field ?? "";
  input.value = "";
  return new Promise((resolve) => {
    const end = (value) => {
      dialog.onclose = null;
      dialog.close();
      resolve(value);
    };
    dialog.onclose = () => end(null);
    dialog.querySelector("[value=no]").onclick = () => end(null);
    dialog.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      end(input.value.trim());
    };
    dialog.showModal();
  });
}
