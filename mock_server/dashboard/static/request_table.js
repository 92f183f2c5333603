/** The requests of a job as a table, for those who do not see the timeline. */

import { element } from "./element.js";
import { submittedAt } from "./job.js";
import { rangeOf } from "./reader.js";
import { moment, span, timeOfDay } from "./time.js";

const COLUMNS = ["At (UTC)", "After", "What", "Answer", "Range", "Struck by"];

export function requestTable(job, entries) {
  const begin = submittedAt(job);
  const phases = job.timeline.map(({ at, status }) => ({
    at: moment(at),
    cells: [`status: ${status}`, "", "", ""],
  }));
  const asked = entries.map((entry) => ({ at: moment(entry.at), cells: cells(entry) }));
  const rows = [...phases, ...asked].sort((one, other) => one.at - other.at);
  return element(
    "div",
    { class: "scroll small", tabindex: "0", role: "region", "aria-label": "Requests of this job" },
    element(
      "table",
      { class: "plain" },
      element(
        "caption",
        { class: "hidden" },
        "The phases of the job and what was asked about it, in order",
      ),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          COLUMNS.map((name) => element("th", { scope: "col" }, name)),
        ),
      ),
      element(
        "tbody",
        {},
        rows.map(({ at, cells: told }) =>
          element(
            "tr",
            {},
            [timeOfDay(at), span(at - begin), ...told].map((text) => element("td", {}, text)),
          ),
        ),
      ),
    ),
  );
}

function cells(entry) {
  return [
    entry.operation ?? `${entry.method} ${entry.path}`,
    entry.status === null ? "none" : String(entry.status),
    rangeOf(entry) ?? "",
    entry.scenario ?? entry.fault ?? "",
  ];
}
