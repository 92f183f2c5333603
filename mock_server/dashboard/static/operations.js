/** The operations of the API, by the names that the journal and faults have for them. */

export const OPERATIONS = [
  "submit",
  "poll",
  "list",
  "cancel",
  "download",
  "upload",
  "sign",
  "models",
  "model",
  "usage",
];

/** Tell whether an entry of the journal had an answer, and none that refuses. */
export function isGood({ status }) {
  return status !== null && status < 400;
}
