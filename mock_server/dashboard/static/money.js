/** Money: US dollars as people read them, and the account's balance, held and spent. */

import { part, tell } from "./element.js";

const DOLLARS = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 4,
});

/** Return *amount* as in $0.828; a word, such as unlimited, stays one. */
export function dollars(amount) {
  return typeof amount === "number" ? DOLLARS.format(amount) : String(amount);
}

/** Show the money of *account*, null for nothing known. */
export function showMoney(account) {
  for (const name of ["balance", "held", "spent"]) {
    tell(part(name), account ? dollars(account[name]) : "–");
  }
}
