/** The emulator's HTTP interface, asked on behalf of one account. */

const KEY_PREFIX = "sk-empiriolabs-";
const TOKEN_KEPT_AS = "wan-mock-token";

/** A refusal, with the code and the broken rules that the envelope tells. */
export class Refusal extends Error {
  constructor(status, error = {}) {
    super(error.message ?? `the emulator answered ${status}`);
    this.status = status;
    this.code = error.code ?? null;
    this.details = error.details ?? [];
  }
}

/** Keep the token of the control interface until the tab is closed. */
export function keepToken(token) {
  sessionStorage.setItem(TOKEN_KEPT_AS, token);
}

export class Api {
  constructor(account) {
    this.account = account;
  }

  /** The account's API key. */
  get key() {
    return KEY_PREFIX + this.account;
  }

  /** Return what the control interface answers to a GET. */
  get(path, query = {}) {
    return this.control("GET", path, undefined, query);
  }

  /** Call the control interface; a Refusal for anything but success, null for an empty answer. */
  async control(method, path, fields, query = {}) {
    return read(await this.ask(method, path, { fields, query }));
  }

  /** Return the whole answer of the control interface, whose body nobody has read yet. */
  ask(method, path, { fields, query = {}, signal } = {}) {
    const search = new URLSearchParams({ account: this.account, ...query });
    return send(method, `/_mock/${path}?${search}`, { fields, signal, headers: tokenHeader() });
  }

  /** Submit a generation as any client would. */
  async submit(request) {
    const headers = { "x-api-key": this.key };
    return read(await send("POST", "/v1/videos/generations", { fields: request, headers }));
  }

  /** Upload a file as any client would; its path is what a request may name. */
  async upload(file) {
    const body = new FormData();
    body.append("file", file);
    return read(
      await fetch("/v1/files/upload", { method: "POST", body, headers: { "x-api-key": this.key } }),
    );
  }
}

/** Return the emulator's OpenAPI document. */
export async function description() {
  return read(await fetch("/openapi.json"));
}

function tokenHeader() {
  const token = sessionStorage.getItem(TOKEN_KEPT_AS);
  return token ? { "x-mock-token": token } : {};
}

function send(method, target, { fields, headers, signal }) {
  const hasBody = fields !== undefined;
  return fetch(target, {
    method,
    signal,
    headers: hasBody ? { ...headers, "content-type": "application/json" } : headers,
    body: hasBody ? JSON.stringify(fields) : undefined,
    cache: "no-store",
  });
}

async function read(answer) {
  const text = await answer.text();
  let body = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    throw new Refusal(answer.status, {
      message: `the answer (${answer.status}) is not JSON: ${text.slice(0, 200)}`,
    });
  }
  if (!answer.ok) throw new Refusal(answer.status, body?.error);
  return body;
}
