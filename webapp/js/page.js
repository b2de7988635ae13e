// What every page has: the connection's state and the bell in the header, discreet notes, the demo
// banner.

import './bell.js';
import { inbox } from './inbox.js';
import { Stream } from './stream.js';

export { demo } from './demo.js';

const WORDS = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  closed: 'Closed',
};

const connection = document.querySelector('[data-connection]');
const word = document.querySelector('[data-connection-word]');
const lastId = document.querySelector('[data-last-id]');
const retry = document.querySelector('[data-retry]');
const noteLine = document.querySelector('[data-note]');

let noteTimer;

/** Says something in passing, for ten seconds. */
export function note(text) {
  clearTimeout(noteTimer);
  noteLine.textContent = text;
  noteTimer = setTimeout(() => (noteLine.textContent = ''), 10_000);
}

/**
 * Opens the page's stream and keeps the header up to date with it. The bell has its topics on the
 * same stream, because browsers open no more than six connections to a host for all tabs together.
 */
export function connect(topics, handlers) {
  let begun = false;
  const stream = new Stream([...topics, ...inbox.topics], {
    ...handlers,
    notification: (event) => inbox.receive(JSON.parse(event.data)),
    read: (event) => inbox.hear(JSON.parse(event.data)),
    state: showState,
    cursor: (event) => {
      // Read again once the stream has said where it begins, so that none falls between.
      if (!begun) loadInbox();
      begun = true;
      handlers.cursor?.(event);
    },
    gap: (event) => refresh(() => Promise.all([inbox.load(), handlers.gap?.(event)])),
    shutdown: () => note('The server is going away; the browser will reconnect by itself.'),
  });
  retry.onclick = () => stream.open();
  loadInbox();
  return stream;
}

function loadInbox() {
  inbox.load().catch((error) => note(error.message));
}

async function refresh(reload) {
  try {
    await reload();
    note('Some events are no longer kept, so the page has reloaded its data.');
  } catch (error) {
    note(error.message);
  }
}

function showState(state, lastEventId) {
  if (connection.dataset.state !== state) {
    connection.dataset.state = state;
    word.textContent = WORDS[state];
    retry.hidden = state !== 'closed';
    if (state === 'live') note('');
    if (state === 'closed')
      note('The server refused the stream, so the browser will not reconnect.');
  }
  lastId.textContent = lastEventId;
}
