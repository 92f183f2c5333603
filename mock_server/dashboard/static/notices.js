/** What people are told: words for those who listen, and notices for everybody. */

import { button, element, part } from "./element.js";

const PAUSE = 1500;
const SHOWN_FOR = 5000;

const ended = new Map();
let pending = null;

/** Tell those who listen that a job has ended; many at once become one sentence. */
export function announceEnd(status) {
  ended.set(status, (ended.get(status) ?? 0) + 1);
  pending ??= setTimeout(() => {
    const counts = [...ended].map(([word, count]) => `${count} ${word}`);
    say(`Jobs ended: ${counts.join(", ")}.`);
    ended.clear();
    pending = null;
  }, PAUSE);
}

/** Tell those who listen. */
export function say(text) {
  part("live").textContent = text;
}

/** Show that something was done; it goes away by itself. */
export function notice(text) {
  const shown = show(text, "done");
  setTimeout(() => shown.remove(), SHOWN_FOR);
}

/** Show that something could not be done; it stays until it is closed. */
export function complain(error) {
  console.debug(error);
  show(error.message, "error");
}

function show(text, kind) {
  const shown = element("div", { class: `notice ${kind}` }, element("p", {}, text));
  shown.append(
    button("Close", () => shown.remove(), { class: "quiet", "aria-label": "Close this notice" }),
  );
  part("notices").append(shown);
  return shown;
}
