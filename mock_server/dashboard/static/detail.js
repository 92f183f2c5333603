/** One job in full: what was asked, how it goes, its video, its timeline, and what can be done to it. */

import { button, element, part, statusMark, tell } from "./element.js";
import { errorBox, facts, media } from "./facts.js";
import { isTerminal, size, submittedAt, videoPath } from "./job.js";
import { Timeline } from "./timeline.js";

export class Detail {
  #root = part("detail");
  #clock;
  #act;
  #close;
  #shown = null;
  #parts = null;
  #timeline = null;

  /** *act* does what a button is for, *close* is called when somebody has seen enough. */
  constructor(clock, act, close) {
    this.#clock = clock;
    this.#act = act;
    this.#close = close;
  }

  /** Show a job with its entries of the journal, oldest first. */
  show(job, entries) {
    if (!isSame(this.#shown, job)) this.#begin(job);
    this.#shown = job;
    const { status, word, actions, video, error, facts: told, media: found } = this.#parts;
    if (word.textContent !== job.status) status.replaceChildren(statusMark(job.status));
    this.#root.dataset.status = job.status;
    tell(word, job.status);
    actions.hidden = isTerminal(job.status);
    this.#video(video, job);
    error.replaceChildren(...errorBox(job));
    told.replaceChildren(...facts(job));
    found.replaceChildren(...media(job));
    this.#timeline.show(job, entries);
  }

  hide() {
    this.#shown = null;
    this.#parts = null;
    this.#root.hidden = true;
    this.#root.replaceChildren();
    document.body.classList.remove("has-detail");
  }

  tick() {
    if (this.#shown && !isTerminal(this.#shown.status)) this.#timeline.draw();
  }

  focus() {
    this.#root.focus();
  }

  #begin(job) {
    const named = (name, attributes) => element(name, attributes);
    this.#parts = {
      status: named("span"),
      word: named("span", { class: "word" }),
      actions: this.#actions(job.job_id),
      video: named("div", { class: "screen" }),
      error: named("div"),
      facts: named("dl", { class: "facts" }),
      media: named("div"),
    };
    this.#timeline = new Timeline(this.#clock);
    const { status, word, actions, video, error, facts: told, media: found } = this.#parts;
    this.#root.replaceChildren(
      element(
        "header",
        {},
        element("h2", { id: "detail-title" }, "Job ", element("code", {}, job.job_id)),
        button("Close", this.#close, { class: "quiet", title: "Esc" }),
      ),
      element(
        "div",
        { class: "body" },
        element(
          "div",
          { class: "line" },
          element("p", { class: "status large" }, status, word),
          actions,
        ),
        error,
        element("h3", {}, "Timeline"),
        this.#timeline.root,
        element(
          "div",
          { class: "columns" },
          element("div", {}, element("h3", {}, "Video"), video),
          element(
            "div",
            {},
            element("h3", {}, "Prompt"),
            element("blockquote", { class: "prompt", tabindex: "0" }, job.prompt),
            told,
          ),
        ),
        found,
      ),
    );
    this.#root.hidden = false;
    document.body.classList.add("has-detail");
  }

  #actions(id) {
    const code = element("input", {
      type: "text",
      placeholder: "upstream_error",
      autocomplete: "off",
      spellcheck: "false",
    });
    const message = element("input", {
      type: "text",
      placeholder: "InternalError.Algo: …",
      autocomplete: "off",
    });
    const call = (verb, fields) =>
      this.#act((api) => api.control("POST", `jobs/${id}/${verb}`, fields));
    const form = element(
      "form",
      { class: "failing", hidden: true },
      element("label", { class: "field" }, element("span", {}, "Code"), code),
      element("label", { class: "field" }, element("span", {}, "Message"), message),
      element("button", { type: "submit" }, "Fail it now"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const fields = {
        ...(code.value && { code: code.value }),
        ...(message.value && { message: message.value }),
      };
      form.hidden = true;
      call("fail", fields);
    });
    const unfold = () => {
      form.hidden = !form.hidden;
      if (!form.hidden) code.focus();
    };
    const buttons = [
      button("Finish", () => call("finish"), { class: "primary" }),
      button("Fail…", unfold),
      button("Cancel", () => call("cancel")),
    ];
    return element("div", { class: "deeds" }, element("div", { class: "actions" }, buttons), form);
  }

  #video(screen, job) {
    const path = videoPath(job);
    const shape = `${job.video.width} / ${job.video.height}`;
    if (!path) {
      const text = screen.querySelector("p") ?? element("p", { class: "blank" });
      tell(text, absence(job));
      text.style.aspectRatio = shape;
      if (!text.isConnected) screen.replaceChildren(text);
      return;
    }
    if (screen.querySelector("video")) return;
    // Nothing is loaded before somebody plays it: the emulator would take it for the client's download.
    const video = element("video", {
      controls: true,
      preload: "none",
      src: path,
      "aria-label": "The video of the job",
    });
    video.style.aspectRatio = shape;
    screen.replaceChildren(
      video,
      element(
        "p",
        { class: "hint" },
        "Playing it counts as a download: it comes into the journal, and faults strike it. ",
        element("a", { href: path, download: true }, "Save the MP4"),
      ),
    );
  }
}

/** Tell whether both are one job: after a reset the same ids come again, for others. */
function isSame(shown, job) {
  return shown?.job_id === job.job_id && submittedAt(shown) === submittedAt(job);
}

/** Return why there is no video to show. */
function absence(job) {
  if (isTerminal(job.status)) return "There is no video.";
  if (job.plan.error) return "There will be no video.";
  return `${size(job)}, ${job.price.seconds} s, when it is completed`;
}
