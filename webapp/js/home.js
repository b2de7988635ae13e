// The first page: a few stocks, the stream of the chosen one byte for byte and parsed, the code for
// it, and what the page itself receives in figures.

import { request } from './api.js';
import { Board } from './board.js';
import './copy.js';
import { connect } from './page.js';
import { Parsed } from './parsed.js';
import './publish.js';
import { Tail } from './tail.js';
import { Tally } from './tally.js';
import { topicBelow } from './topic.js';
import { Wire } from './wire.js';

const SHOWN = 6;
const PATIENCE_MILLISECONDS = 1000;
const NEWS = 'news';

const strip = document.querySelector('[data-strip]');
const board = new Board(strip, document.querySelector('[data-strip-card]'), SHOWN);
const tally = new Tally(document.querySelector('.now'));
const wireStatus = document.querySelector('[data-wire-status]');
const parsed = new Parsed(document.querySelector('[data-parsed]'));
const wire = new Wire(
  new Tail(document.querySelector('[data-wire]')),
  (text) => (wireStatus.textContent = text),
  (line) => parsed.take(line),
);
let chosen;
let settling;
let recalled;

connect(['stocks/{symbol}', 'clock', NEWS], {
  stock: (event) => {
    tally.count(event);
    board.apply(JSON.parse(event.data));
    settling ??= setTimeout(settle, PATIENCE_MILLISECONDS);
  },
  message: (event) => tally.count(event),
  cursor: () => {
    tally.begin();
    settle();
  },
  gap: async () => {
    board.expectList();
    board.replace((await request('GET', 'api/stocks')).stocks);
    settle();
  },
});

/**
 * Chooses the first stock once the stream has given all there are: the cursor says when, unless the
 * stream was cut just before it.
 */
function settle() {
  settling = undefined;
  if (board.symbols.length > 0) recalled ??= board.recall();
  if (board.stock(chosen)) return;
  choose(board.symbols[0]);
}

function choose(symbol) {
  chosen = symbol;
  for (const card of strip.children) {
    card.querySelector('button').setAttribute('aria-pressed', card.dataset.symbol === symbol);
  }
  const topics = [symbol ? topicBelow('stocks', symbol) : 'clock', NEWS];
  const query = topics.map((topic) => `topic=${topic}`).join('&');
  for (const place of document.querySelectorAll('[data-query]')) place.textContent = query;
  parsed.clear();
  wire.show(query);
}

strip.addEventListener('click', (event) => {
  const card = event.target.closest('[data-symbol]');
  if (card) choose(card.dataset.symbol);
});
