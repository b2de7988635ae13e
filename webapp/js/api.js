// The JSON interface. A refusal is an Error whose message can be shown to people.

const ROOT = new URL('../', import.meta.url);

/**
 * Sends a request to a path relative to the application and gives the JSON of the answer, if it has
 * any. `options` are those of fetch.
 */
export async function request(method, path, body, options) {
  const response = await exchange(method, path, body, options);
  return response.status === 204 ? undefined : response.json();
}

/** The same with the answer's headers: `{ value, headers }`. A refusal has its `status`. */
export async function exchangeJson(method, path, body, options) {
  const response = await exchange(method, path, body, options);
  return { value: await response.json(), headers: response.headers };
}

async function exchange(method, path, body, options = {}) {
  const accept = 'application/json, application/problem+json';
  const headers = { Accept: accept, ...options.headers };
  const init = { ...options, method, headers };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(new URL(path, ROOT), init);
  } catch {
    throw new Error('The server cannot be reached.');
  }
  if (!response.ok) {
    throw Object.assign(new Error(await refusal(response)), { status: response.status });
  }
  return response;
}

async function refusal(response) {
  const type = response.headers.get('Content-Type') ?? '';
  if (type.startsWith('application/problem+json')) {
    const { title, detail } = await response.json();
    const text = [title, detail].filter(Boolean).join(': ');
    if (text) return text;
  }
  return `The server answered ${response.status} ${response.statusText}`.trim();
}

/** Runs a form's request; the outcome, good or bad, is said next to the form. */
export async function submit(form, send) {
  const outcome = form.querySelector('[data-outcome]');
  const button = form.querySelector('[type=submit]');
  outcome.textContent = '';
  button.disabled = true;
  try {
    outcome.textContent = await send(new FormData(form));
    outcome.dataset.outcome = 'done';
  } catch (error) {
    outcome.textContent = error.message;
    outcome.dataset.outcome = 'refused';
  } finally {
    button.disabled = false;
  }
}
