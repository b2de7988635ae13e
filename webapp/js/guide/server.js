// What the pages of the guide ask of the server: publishing, a topic of their own, and figures.

/** An address relative to the application, whatever its context path. */
export const address = (path) => new URL(`../../${path}`, import.meta.url);

/** The address of a stream of these topics; more parameters are optional. */
export function eventsOf(topics, parameters = {}) {
  const query = new URLSearchParams(parameters);
  for (const topic of [topics].flat()) query.append('topic', topic);
  // Slashes may stand as they are in a query, and are easier to read.
  return new URL(`?${query}`.replaceAll('%2F', '/'), address('events'));
}

/** A topic that only this page has: what it does there disturbs nobody. */
export function ownTopic(name) {
  const random = crypto.getRandomValues(new Uint8Array(3));
  const digits = [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `guide/${digits}/${name}`;
}

/** Sends a form and gives the answer's text. A refusal is an Error that can be shown to people. */
export async function post(path, fields) {
  let response;
  try {
    response = await fetch(address(path), { method: 'POST', body: new URLSearchParams(fields) });
  } catch {
    throw new Error('The server cannot be reached.');
  }
  const text = await response.text();
  if (!response.ok) throw new Error(`The server refused with ${response.status}: ${detail(text)}`);
  return text;
}

function detail(text) {
  try {
    return JSON.parse(text).detail ?? text;
  } catch {
    return text;
  }
}

/** Publishes an event, of `topic`, `data`, and perhaps `type` and `retry`, and gives its id. */
export const publish = (fields) => post('events', fields);

/**
 * The value of a metric of all servers together, its labels added up, or the largest of a metric
 * that is one; undefined if it has none.
 */
export async function metric(name) {
  const response = await fetch(address('demo/metrics'), { cache: 'no-store' });
  if (!response.ok) throw new Error(`The server refused its metrics with ${response.status}.`);
  const values = (await response.text())
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
  if (values.length === 0) return undefined;
  return name.endsWith('_max') ? Math.max(...values) : values.reduce((sum, value) => sum + value);
}
