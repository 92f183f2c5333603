/** What happens in an account, as it happens; read every two seconds instead while the stream is broken. */

const RETRY_AFTER = 2000;
const SILENT_FOR = 40_000; // the emulator says something every 15 s

export class Events {
  #api;
  #handlers;
  #stopped = new AbortController();
  #waiting = null;

  /**
   * *handlers*: `load` reads everything anew, `event(kind, data)` takes one event, `state(word)` is told
   * `live`, `polling`, or `offline` with the reason.
   */
  constructor(api, handlers) {
    this.#api = api;
    this.#handlers = handlers;
  }

  async run() {
    while (!this.#stopped.signal.aborted) {
      await this.#listen().catch(() => {});
      if (this.#stopped.signal.aborted) return;
      await this.#look();
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
    }
  }

  stop() {
    this.#stopped.abort();
  }

  async #look() {
    try {
      await this.#handlers.load();
      this.#tell("polling");
    } catch (error) {
      this.#tell("offline", error);
    }
  }

  #tell(state, reason = null) {
    if (!this.#stopped.signal.aborted) this.#handlers.state(state, reason);
  }

  async #listen() {
    const silence = new AbortController();
    const signal = AbortSignal.any([this.#stopped.signal, silence.signal]);
    const answer = await this.#api.ask("GET", "events", { signal });
    if (!answer.ok) throw new Error(`no events: ${answer.status}`);
    let alarm;
    const heard = () => {
      clearTimeout(alarm);
      alarm = setTimeout(() => silence.abort(), SILENT_FOR);
    };
    try {
      for await (const { kind, data } of messages(answer.body, heard)) this.#take(kind, data);
    } finally {
      clearTimeout(alarm);
    }
  }

  /** Hand on an event; those that come while everything is being read wait until it has been. */
  #take(kind, data) {
    if (this.#stopped.signal.aborted) return;
    if (kind === "hello" || kind === "reset") this.#reload(kind, data);
    else if (this.#waiting) this.#waiting.push([kind, data]);
    else this.#handlers.event(kind, data);
  }

  async #reload(kind, data) {
    this.#waiting = [];
    this.#handlers.event(kind, data);
    try {
      await this.#handlers.load();
      this.#tell("live");
    } catch (error) {
      this.#tell("offline", error);
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const [later, what] of waiting) this.#take(later, what);
  }
}

async function* messages(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    buffer = (buffer + value).replaceAll("\r\n", "\n");
    const blocks = buffer.split("\n\n");
    buffer = blocks.pop();
    for (const block of blocks) {
      const message = parsed(block);
      if (message) yield message;
    }
  }
}

function parsed(block) {
  const lines = block.split("\n").map((line) => line.split(/: ?(.*)/s, 2));
  const data = lines
    .filter(([name]) => name === "data")
    .map(([, value]) => value)
    .join("\n");
  const kind = lines.find(([name]) => name === "event")?.[1];
  return kind && data ? { kind, data: JSON.parse(data) } : null;
}
