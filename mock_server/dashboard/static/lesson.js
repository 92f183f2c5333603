/** What an account without jobs teaches: how to make one. */

import { element, part } from "./element.js";
import { curl } from "./snippets.js";
import { copyButton } from "./snippet_box.js";

const EXAMPLE = { model: "wan-2-6", prompt: "sunrise over the ocean", duration: 6 };

/** Show how a job is made with *key*. */
export function showLesson(key) {
  const code = element(
    "pre",
    { class: "snippet", tabindex: "0", "aria-label": "A request that makes a job" },
    curl(location.origin, key, EXAMPLE),
  );
  part("jobs-lesson").replaceChildren(
    element(
      "p",
      {},
      "No job in this account yet. Send one from a terminal, or submit the form “Compose a request”; it shows up here at once.",
    ),
    element(
      "div",
      { class: "snippets" },
      element(
        "div",
        { class: "line" },
        element("span", { class: "hint" }, "A request that makes a job"),
        copyButton(code),
      ),
      code,
    ),
    element(
      "p",
      { class: "hint" },
      "Any key of the form ",
      element("code", {}, "sk-empiriolabs-<name>"),
      " is an account of its own: jobs, money, clock and journal are seen by nobody else.",
    ),
  );
}
