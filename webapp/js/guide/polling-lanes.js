// Three ways of getting the same events: asking again and again, asking and waiting, being told.

import { bytesOf } from './request-size.js';

const JSON_TYPE = 'application/json';
const FAILED_PAUSE = 2000; // after an answer that was none

/** Asks every `interval()` milliseconds what there is. */
export async function poll(lane, url, interval) {
  await ask(lane, url, {}, () => lane.pause(interval()));
}

/** Asks, and the server answers as soon as there is something, at the latest after 25 s. */
export async function longPoll(lane, url) {
  await ask(lane, url, { Prefer: 'wait=25' }, () => undefined);
}

async function ask(lane, url, headers, rest) {
  let cursor;
  while (!lane.signal.aborted) {
    try {
      const named = cursor ? { 'Last-Event-ID': cursor } : {};
      const response = await lane.ask(url, { Accept: JSON_TYPE, ...headers, ...named });
      const text = await response.text();
      lane.bodyBytes += bytesOf(text);
      if (!response.ok) throw new Error(`refused with ${response.status}`);
      const { events, lastEventId } = JSON.parse(text);
      cursor = lastEventId;
      if (events.length === 0) lane.empty++;
      events.forEach(({ data }) => lane.receive(data));
      await rest();
    } catch {
      if (!lane.signal.aborted) await lane.pause(FAILED_PAUSE);
    }
  }
}

/**
 * Opens one stream. It is read with fetch rather than by an EventSource, so that its bytes can be
 * counted; what comes is the same.
 */
export async function stream(lane, url) {
  let cursor;
  while (!lane.signal.aborted) {
    try {
      const named = cursor ? { 'Last-Event-ID': cursor } : {};
      const response = await lane.ask(url, { Accept: 'text/event-stream', ...named });
      cursor = await read(lane, response, cursor);
    } catch {
      // Cut: the next one goes on where this one was.
    }
    await lane.pause(FAILED_PAUSE);
  }
}

/** Reads to the end and gives the last id. */
async function read(lane, response, before) {
  let cursor = before;
  let rest = '';
  const decoder = new TextDecoder();
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return cursor;
    lane.bodyBytes += value.length;
    const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => line.split(/: ?(.*)/s)));
      cursor = fields.get('id') ?? cursor;
      if (!fields.has('event')) lane.receive(fields.get('data'));
    }
  }
}
