#!/usr/bin/env node
/* The adapter of this client for `wan-mock conformance`: one task on the standard input, one answer on the standard output. */

import { readFileSync } from "node:fs";

process.env.WAN_POLL_SECONDS ??= "1";

const { generate } = await import("./generate.mjs"); // it reads the environment
const task = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(await generate(task.request, task.output, task.deadline_seconds)));
