#!/usr/bin/env node
/*
 * Make a video with Node's own fetch (Node 18 or later, no package): submit once, poll politely, save a whole file or none.
 *
 *   EMPIRIOLABS_API_BASE=http://127.0.0.1:8026/v1 EMPIRIOLABS_API_KEY=sk-empiriolabs-me \
 *       node generate.mjs "sunrise over the ocean" sunrise.mp4 '{"duration": 6}'
 *
 * `generate.mjs --job JOB_ID FILE` goes on with a job that is there already. The README one folder up tells the rules.
 */

import { open, rename, rm, stat } from "node:fs/promises";
import { realpathSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const BASE = (process.env.EMPIRIOLABS_API_BASE ?? "").replace(/\/+$/, "") + "/";
const KEY = process.env.EMPIRIOLABS_API_KEY ?? "";
const POLL_SECONDS = Number(process.env.WAN_POLL_SECONDS ?? 5);
const DEADLINE_SECONDS = Number(process.env.WAN_DEADLINE_SECONDS ?? 1800);
const CALL_SECONDS = 60; // for an answer of the API, and between two pieces of a download
const TRIES = 5; // of a submission, and of a download
const LOOKS = 3; // for the job of a submission that was not answered, and at a job that is 404
const USAGE = `usage: generate.mjs PROMPT FILE [JSON] | generate.mjs --job JOB_ID FILE
with EMPIRIOLABS_API_BASE and EMPIRIOLABS_API_KEY set; JSON has more fields of the request`;
const FREE = "no job was made, nothing is charged";

/** What the API answered; status 0 stands for nothing, or nothing that can be read. */
class Answer {
  constructor(status = 0, headers = new Headers(), body = {}) {
    Object.assign(this, { status, headers, body });
  }

  /** Nothing was done; it may be asked again later. */
  get isBusy() {
    return this.status === 429 || (this.status === 503 && "error" in this.body);
  }

  /** Nothing was done, and asking again does not help. */
  get isRefusal() {
    return this.status >= 300 && this.status < 500 && this.status !== 408 && this.status !== 429;
  }
}

const NOTHING = new Answer();

/** The end without a video; `retryable` if a new submission may help, and nothing is paid twice. */
class Stop extends Error {
  constructor(outcome, code, message, retryable = false) {
    super(message);
    Object.assign(this, { outcome, code, retryable });
  }
}

/** One video, from the request to the file. */
class Run {
  constructor(deadlineSeconds, jobId, tell) {
    this.givesUpAt = performance.now() + deadlineSeconds * 1000;
    Object.assign(this, { jobId, tell, etag: "" });
  }

  left() {
    return (this.givesUpAt - performance.now()) / 1000;
  }

  /** How many milliseconds an answer may take. */
  patience() {
    return Math.ceil(1000 * Math.max(1, Math.min(CALL_SECONDS, this.left())));
  }

  /** Wait before the next try; false at once if that would be after the deadline. */
  async pause(seconds) {
    if (seconds >= this.left()) return false;
    await sleep(seconds * 1000);
    return true;
  }

  /** Ask the API. It alone gets the key, so that redirects are not followed. */
  async call(method, path, fields) {
    const headers = { Authorization: `Bearer ${KEY}` };
    if (fields) headers["Content-Type"] = "application/json";
    const signal = AbortSignal.timeout(this.patience());
    const options = { method, headers, signal, redirect: "manual", body: fields && JSON.stringify(fields) };
    try {
      const answer = await fetch(new URL(path, BASE), options);
      const text = await answer.text();
      const isJson = (answer.headers.get("content-type") ?? "").includes("json");
      const body = isJson ? JSON.parse(text) : {};
      return isObject(body) ? new Answer(answer.status, answer.headers, body) : NOTHING;
    } catch {
      return NOTHING;
    }
  }

  /** Send the paid request, again only while there is no job of it; return where to poll. */
  async submit(request) {
    const listed = await this.call("GET", "jobs?limit=100");
    if (!listed.status) throw refusal(listed, FREE);
    const known = ids(listed);
    let answer = NOTHING;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      answer = await this.call("POST", "videos/generations", request);
      if (answer.isRefusal) break;
      let jobId = answer.body.job_id;
      if (!jobId && !answer.isBusy) jobId = await this.unansweredJob(known);
      if (jobId) return this.accepted(jobId, answer.body.poll_url);
      if (attempt === TRIES - 1 || !(await this.pause(delay(2 ** attempt, answer)))) break;
    }
    const isSure = answer.isRefusal || answer.isBusy;
    throw refusal(answer, isSure ? FREE : "no job of it is listed");
  }

  /** The job that was not there before the submission; undefined if none shows up. */
  async unansweredJob(known) {
    let fresh = null;
    for (let look = 0; known && look < LOOKS; look++) {
      await this.pause(delay(1)); // the list may lag behind
      const listed = ids(await this.call("GET", "jobs?limit=100"));
      fresh = listed && [...listed].filter((id) => !known.has(id));
      if (fresh?.length) break;
    }
    if (!fresh || fresh.length > 1) {
      const found = fresh ? `new are ${fresh.sort().join(", ")}` : "GET /v1/jobs does not tell";
      const message = `a job may have been made and be charged: ${found}; look before you submit again`;
      throw new Stop("error", "outcome_unknown", message);
    }
    return fresh[0];
  }

  /** Take the job down; return where to poll it, on the API's own host. */
  accepted(jobId, pollUrl) {
    this.jobId = jobId;
    this.tell(`${jobId} accepted`);
    const isOwn = pollUrl && new URL(pollUrl, BASE).origin === new URL(BASE).origin;
    return isOwn ? pollUrl : `jobs/${encodeURIComponent(jobId)}`;
  }

  /** The job once it is completed; a status that nobody knows is waited out. */
  async follow(pollUrl) {
    let missing = 0;
    let shown = "not seen yet";
    for (let factor = 1; ; factor = Math.min(1.2 * factor, 3)) {
      const answer = await this.call("GET", pollUrl);
      const status = answer.status === 200 ? answer.body.status : undefined;
      if (["completed", "succeeded"].includes(status)) return answer.body;
      if (["failed", "cancelled", "canceled"].includes(status)) throw failure(this.jobId, answer.body);
      missing = answer.status === 404 ? missing + 1 : 0;
      if (missing === LOOKS || (answer.isRefusal && !missing)) {
        throw refusal(answer, `${this.jobId} may be charged; GET /v1/account/usage tells`);
      }
      if (status && status !== shown) {
        this.tell(`${this.jobId} ${status}`);
        shown = status;
      }
      if (this.left() <= 0) throw this.unsaved("deadline_exceeded", `is ${shown} and may yet be charged`);
      // Half of the time that is left is the most, whatever Retry-After says; with a last look at the end.
      const seconds = Math.min(delay(factor, answer), Math.max(this.left() / 2, POLL_SECONDS), this.left());
      await sleep(Math.max(0, seconds) * 1000);
    }
  }

  /** The end of a run whose job is left to be gone on with. */
  unsaved(code, state) {
    const message = `${this.jobId} ${state}; go on with --job ${this.jobId}, do not submit again`;
    return new Stop(code === "deadline_exceeded" ? "timeout" : "error", code, message);
  }

  /** Save the video as `part`. The job is paid: whatever goes wrong, nothing is submitted. */
  async download(job, pollUrl, part) {
    let { url } = videoOf(job);
    let problem = "it has no URL";
    for (let attempt = 0; attempt < TRIES; attempt++) {
      let answer = NOTHING;
      url ||= await this.freshUrl(job, pollUrl);
      if (url) [answer, problem] = await this.fetch(url, part);
      if (!problem) return;
      if (answer.isRefusal) [url, this.etag] = [undefined, ""];
      if (attempt < TRIES - 1 && !(await this.pause(delay(2 ** attempt, answer)))) {
        throw this.unsaved("deadline_exceeded", `is charged, but not saved: ${problem}`);
      }
    }
    throw this.unsaved("download_failed", `is charged, but not saved: ${problem}`);
  }

  async freshUrl(job, pollUrl) {
    const fileId = videoOf(job).file_id;
    const signed = fileId ? await this.call("GET", `files/sign?file_id=${encodeURIComponent(fileId)}`) : NOTHING;
    return signed.body.url ?? videoOf((await this.call("GET", pollUrl)).body).url;
  }

  /** Fetch what `part` lacks, without the key; return what is still wrong with it. */
  async fetch(url, part) {
    const have = this.etag ? (await stat(part)).size : 0;
    const headers = { "Accept-Encoding": "identity" };
    if (have) Object.assign(headers, { Range: `bytes=${have}-`, "If-Range": this.etag });
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), this.patience());
    try {
      const answer = await fetch(url, { headers, signal: silence.signal });
      return [new Answer(answer.status, answer.headers), await this.save(answer, part, have, timer)];
    } catch (error) {
      if (error instanceof Stop || error.syscall) throw error; // the deadline, or the disk
      return [NOTHING, `the download broke off (${error.cause?.message ?? error.message})`];
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
  }

  /** Write `answer` to `part`, which has `have` bytes; return what is wrong with it, or nothing. */
  async save(answer, part, have, timer) {
    const header = (name) => answer.headers.get(name) ?? "";
    if (![200, 206].includes(answer.status)) return `its URL answers ${answer.status}`;
    if (!header("content-type").startsWith("video/mp4")) {
      return `its URL answers with ${header("content-type") || "no type"}`;
    }
    this.etag = header("etag").startsWith('"') ? header("etag") : ""; // a weak one does not vouch for ranges
    let size = answer.status === 206 ? have : 0;
    const whole = header("content-length") && size + Number(header("content-length"));
    const file = await open(part, size ? "a" : "w");
    try {
      for await (const piece of answer.body) {
        await file.writeFile(piece);
        size += piece.length;
        timer.refresh();
        if (this.left() <= 0) throw this.unsaved("deadline_exceeded", "is charged, but not saved yet");
      }
    } finally {
      await file.close();
    }
    if (whole && size !== whole) return `the download ended after ${size} bytes`;
    if (await isMp4(part)) return "";
    this.etag = ""; // nothing of it is worth keeping
    return "what its URL answers with is no MP4";
  }
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How many seconds to wait: as Retry-After says, else `factor` intervals; with jitter. */
function delay(factor, answer = NOTHING) {
  const asked = answer.headers.get("retry-after") ?? "";
  if (/^0*[1-9][0-9]*$/.test(asked)) return Number(asked) + POLL_SECONDS * (0.05 + 0.05 * Math.random());
  return POLL_SECONDS * factor * (0.9 + 0.2 * Math.random());
}

/** The ids in a list of jobs, null if `answer` is none. */
function ids(answer) {
  const jobs = answer.status === 200 ? answer.body.data : undefined;
  return Array.isArray(jobs) ? new Set(jobs.map((job) => job.job_id)) : null;
}

/** The end that an error of the API is: its code, its message and all details. */
function refusal(answer, charge) {
  const { status } = answer;
  let { error } = answer.body;
  if (!isObject(error)) error = { message: `the API answered ${status || "nothing that can be read"}` };
  const texts = [error.message, ...(error.details ?? []).map((one) => one.message)];
  const message = [...new Set(texts.filter(Boolean))].join(" | ");
  const code = error.code ?? (status ? `http_${status}` : "no_answer");
  return new Stop("error", code, `${message} (${charge})`, answer.isBusy);
}

/** The end that a failed or cancelled job is; one that the provider objects to fails again. */
function failure(jobId, job) {
  const error = isObject(job.error) ? job.error : { message: job.error };
  const message = String(error.message ?? "no reason is given");
  const text = `${jobId} ${job.status}: ${message} (it is not charged)`;
  const isObjection = /^(DataInspection|Invalid|IPInfringement)/.test(message);
  return new Stop("failed", error.code ?? job.status, text, !isObjection);
}

function videoOf(job) {
  return job.result?.data?.[0] ?? {};
}

/** Whether `path` is a row of whole boxes: ftyp first, an index (moov), pictures (mdat). */
async function isMp4(path) {
  const names = [];
  const file = await open(path);
  try {
    const { size } = await file.stat();
    let at = 0;
    while (at + 8 <= size) {
      const { buffer } = await file.read(Buffer.alloc(16), 0, 16, at);
      const length = buffer.readUInt32BE(0);
      names.push(buffer.toString("latin1", 4, 8));
      at += Math.max(8, { 0: size - at, 1: Number(buffer.readBigUInt64BE(8)) }[length] ?? length);
    }
    return at === size && names[0] === "ftyp" && names.includes("moov") && names.includes("mdat");
  } finally {
    await file.close();
  }
}

/** One line on the video and its price. */
async function made(output, job) {
  const { currency = "price", amount = "?" } = job.result.usage?.cost ?? {};
  const { size } = await stat(output);
  return `${output}: ${size} bytes, ${videoOf(job).duration_seconds ?? "?"} s, ${currency} ${amount}`;
}

/** Make what `request` asks for, or take `jobId`, save it as `output`; return what became of it. */
export async function generate(request, output, deadlineSeconds, jobId = "", tell = () => {}) {
  const run = new Run(deadlineSeconds, jobId, tell);
  const part = `${output}.part`;
  let end;
  try {
    await (await open(part, "w")).close(); // what cannot be saved is not ordered
    const pollUrl = jobId ? run.accepted(jobId) : await run.submit(request);
    const job = await run.follow(pollUrl);
    await run.download(job, pollUrl, part);
    await rename(part, output);
    end = new Stop("completed", null, await made(output, job));
  } catch (error) {
    end = error;
    if (!(error instanceof Stop)) {
      end = run.jobId
        ? run.unsaved("not_saved", `may be charged, but not saved: ${error.message}`)
        : new Stop("error", "not_saved", `${error.message} (${FREE})`);
    }
  } finally {
    await rm(part, { force: true });
  }
  const { outcome, code, message, retryable } = end;
  return { outcome, job_id: run.jobId || null, error_code: code, message, retryable };
}

async function main(words) {
  const isJob = words[0] === "--job";
  const [subject, file, json = "{}", ...more] = words.slice(isJob ? 1 : 0);
  let fields;
  try {
    fields = JSON.parse(json);
  } catch {
    fields = undefined;
  }
  if (!file || more.length || !isObject(fields) || !KEY || BASE === "/") {
    console.error(USAGE);
    return 2;
  }
  const request = { model: "wan-2-6", prompt: subject, ...fields };
  const end = await generate(request, file, DEADLINE_SECONDS, isJob ? subject : "", console.log);
  if (end.outcome === "completed") {
    console.log(end.message);
    return 0;
  }
  console.error(`${end.error_code}: ${end.message.replace(/\s+/g, " ")}`); // in one line
  return 1;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
