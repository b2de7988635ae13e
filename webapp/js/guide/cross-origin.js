// Streams of another origin: what it allows, what this browser then lets the page read.

import { demoStatus } from '../demo.js';
import './frame.js';

const COOKIE = 'bellwether-guide';
const PATIENCE_MILLISECONDS = 8000;

const run = document.querySelector('[data-run]');
const said = document.querySelector('[data-verdict]');
const cells = [...document.querySelectorAll('[data-allow]')];

const { secondOrigin } = await demoStatus;
for (const place of document.querySelectorAll('[data-second-origin]')) {
  place.textContent = secondOrigin ?? 'http://localhost:40123';
}
for (const place of document.querySelectorAll('[data-this-origin]')) {
  place.textContent = location.origin;
}

/** Opens the stream once; what the page could read of it, or how it failed. */
function attempt(allow, withCredentials) {
  return new Promise((resolve) => {
    const source = new EventSource(`${secondOrigin}/stream?allow=${allow}`, { withCredentials });
    const end = (outcome) => {
      clearTimeout(timer);
      source.close(); // It ends after each answer, and would be asked for again and again.
      resolve(outcome);
    };
    const timer = setTimeout(() => end({ error: 'no answer' }), PATIENCE_MILLISECONDS);
    source.addEventListener('message', ({ data }) => end(JSON.parse(data)));
    source.addEventListener('error', () => {
      end({ error: `error, readyState ${source.readyState}` });
    });
  });
}

/** The same with fetch, for the words of its error. */
async function fetched(allow, withCredentials) {
  const credentials = withCredentials ? 'include' : 'omit';
  try {
    const response = await fetch(`${secondOrigin}/stream?allow=${allow}`, { credentials });
    return `200, ${response.headers.get('Content-Type')}`;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}

async function fill(cell) {
  const withCredentials = cell.dataset.credentials === 'true';
  const outcome = await attempt(cell.dataset.allow, withCredentials);
  cell.dataset.outcome = outcome.error ? 'refused' : 'read';
  const word = document.createElement('b');
  word.textContent = outcome.error ? 'Refused' : 'Read';
  const details = outcome.error
    ? [outcome.error, `fetch: ${await fetched(cell.dataset.allow, withCredentials)}`]
    : [`Origin: ${outcome.origin}`, `cookie: ${outcome.cookie ?? 'none came'}`];
  cell.replaceChildren(word, ...details.map(line));
}

function line(text) {
  const made = document.createElement('span');
  made.textContent = text;
  return made;
}

run.addEventListener('click', async () => {
  run.disabled = true;
  said.textContent = '';
  const kept = Math.trunc(Math.random() * 1e6);
  document.cookie = `${COOKIE}=hello-${kept}; path=/; SameSite=Lax`;
  document.querySelector('[data-cookie]').textContent = document.cookie;
  for (const cell of cells) {
    cell.replaceChildren('Asking …');
    await fill(cell);
  }
  document.cookie = `${COOKIE}=; path=/; SameSite=Lax; Max-Age=0`;
  const read = cells.filter((cell) => cell.dataset.outcome === 'read').length;
  said.textContent = `This browser let the page read ${read} of ${cells.length} answers.`;
  run.disabled = false;
});
