/** A request as code that can be copied: exactly what the form sends. */

const PATH = "/v1/videos/generations";

/** Return the request as `curl`, Python and JavaScript. */
export function snippets(origin, key, request) {
  return {
    curl: curl(origin, key, request),
    Python: python(origin, key, request),
    JavaScript: javascript(origin, key, request),
  };
}

export function curl(origin, key, request) {
  const body = JSON.stringify(request).replaceAll("'", "'\\''");
  return [
    `curl ${origin}${PATH}`,
    `-H "Authorization: Bearer ${key}"`,
    '-H "Content-Type: application/json"',
    `-d '${body}'`,
  ].join(" \\\n  ");
}

function python(origin, key, request) {
  return `import requests

answer = requests.post(
    ${JSON.stringify(origin + PATH)},
    headers={"Authorization": ${JSON.stringify(`Bearer ${key}`)}},
    json=${literal(request, 4)},
)
print(answer.json())`;
}

function javascript(origin, key, request) {
  return `const answer = await fetch(${JSON.stringify(origin + PATH)}, {
  method: "POST",
  headers: {
    Authorization: ${JSON.stringify(`Bearer ${key}`)},
    "Content-Type": "application/json",
  },
  body: JSON.stringify(${JSON.stringify(request, null, 2).replaceAll("\n", "\n  ")}),
});
console.log(await answer.json());`;
}

/** Return a value as Python writes it; *indent* is that of the line where it begins. */
function literal(value, indent) {
  if (value === true) return "True";
  if (value === false) return "False";
  if (value === null) return "None";
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, indent)).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const lines = Object.entries(value).map(
    ([name, item]) =>
      `${" ".repeat(indent + 4)}${JSON.stringify(name)}: ${literal(item, indent + 4)},\n`,
  );
  return `{\n${lines.join("")}${" ".repeat(indent)}}`;
}
