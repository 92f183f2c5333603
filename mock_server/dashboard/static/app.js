/** The page: an account's jobs, journal, faults and money, live. */

import { AccountChooser } from "./accounts.js";
import { Api, keepToken, Refusal } from "./api.js";
import { Catalogue } from "./catalogue.js";
import { Clock, ClockPanel } from "./clock.js";
import { Composer } from "./composer.js";
import { part, tell } from "./element.js";
import { complain, notice, say } from "./notices.js";
import { ask } from "./question.js";
import { place } from "./place.js";
import { Session } from "./session.js";

const FIRST_ACCOUNT = "me"; // of an emulator that nobody has called yet

const catalogue = new Catalogue();
const clock = new Clock();
const clockPanel = new ClockPanel(clock, (deed) => session.act(deed));
const chooser = new AccountChooser(
  async () => (await session.api.get("accounts")).data,
  (account) => session.open(account),
);
const composer = new Composer(catalogue, (job) => {
  notice(`Submitted: ${job.job_id}`);
});
const session = new Session({ clock, clockPanel, catalogue, chooser, composer });

part("reset").addEventListener("click", async () => {
  const text =
    "Its jobs, files, journal, faults and money are forgotten; the next job is its first again.";
  const answer = await ask({
    title: `Reset the account ${session.api.account}?`,
    text,
    answer: "Reset it",
  });
  if (answer !== null) session.act((api) => api.control("DELETE", "account"));
});

// The address names account and job, so links within the page lead to its sections by hand.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (!link) return;
  event.preventDefault();
  if (link.dataset.showJob) session.choose(link.dataset.showJob);
  else go(link.hash.slice(1));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open], :popover-open"))
    session.close();
});
window.addEventListener("hashchange", () => session.follow(place()));
window.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  complain(event.reason);
});

function go(section) {
  if (section === "composer") session.close();
  part(section).scrollIntoView();
  part(section).focus({ preventScroll: true });
}

async function start() {
  const { account, job } = place();
  const api = new Api(account ?? FIRST_ACCOUNT);
  try {
    await catalogue.load(api);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 404) throw error;
    const token = await ask({
      title: "This emulator asks for its token",
      text: "It was started with --control-token.",
      answer: "Go on",
      field: "Token",
    });
    if (token === null) return;
    keepToken(token);
    await catalogue.load(api);
  }
  await composer.load();
  session.open(account ?? (await lastSeen(api)), job);
  setInterval(() => session.tick(), 500);
}

async function lastSeen(api) {
  const { data } = await api.get("accounts");
  return data[0]?.account ?? FIRST_ACCOUNT;
}

start().catch((error) => {
  tell(part("connection").querySelector("span"), "Failed");
  part("connection").dataset.state = "offline";
  say("The dashboard could not start.");
  complain(error);
});
