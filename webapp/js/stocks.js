// The stock board: one stream of every single stock, sorted and searched; in demo mode its figures
// can be changed.

import { inAddress, keepInAddress } from './address.js';
import { request } from './api.js';
import { Board } from './board.js';
import { edit, makeEditable } from './cell-editor.js';
import { formatCount } from './format.js';
import { connect, demo, note } from './page.js';
import { Sorting } from './sorting.js';
import { StockDetail } from './stock-detail.js';

const WINDOW_SECONDS = 5;
const PATIENCE_MILLISECONDS = 500;

const find = (selector) => document.querySelector(selector);
const table = find('.board');
const rows = find('[data-board]');
const template = find('[data-board-row]');
const search = find('[data-search]');
const board = new Board(rows, template);
const ticks = new Array(WINDOW_SECONDS).fill(0);
let isPointedAt = false;
let counting;
let recalled;

new Sorting(table, find('[data-sort]'), inAddress('sort'), (compare, moves, word) => {
  keepInAddress('sort', word === 'symbol' ? '' : word);
  board.arrange(compare, moves);
  showHold();
});
const detail = new StockDetail(find('[data-detail]'), board);

connect(['stocks/{symbol}'], {
  stock: (event) => {
    const stock = JSON.parse(event.data);
    const outcome = board.apply(stock);
    detail.tell(stock);
    if (outcome === 'changed') ticks[0]++;
    else if (outcome) countSoon();
  },
  gap: async () => {
    board.expectList();
    board.replace((await request('GET', 'api/stocks')).stocks);
    countSoon();
    await detail.read();
  },
});

setInterval(() => {
  const rate = ticks.reduce((sum, some) => sum + some, 0) / WINDOW_SECONDS;
  find('[data-rate]').textContent = rate.toFixed(1);
  ticks.unshift(0);
  ticks.pop();
  if (!isHeld()) board.settle();
  showHold();
}, 1000);

/* Rows stay where they are while somebody points at them or has focus among them. */

rows.addEventListener('pointerenter', () => (isPointedAt = true));
rows.addEventListener('pointerleave', () => (isPointedAt = false));
const isHeld = () => isPointedAt || rows.contains(document.activeElement);
function showHold() {
  find('[data-held]').hidden = !(board.isOutOfOrder && isHeld());
}

/* Search */

function sift() {
  const words = search.value.trim().toLocaleLowerCase();
  keepInAddress('q', search.value.trim());
  board.filter(
    ({ symbol, name }) =>
      symbol.toLocaleLowerCase().includes(words) || name.toLocaleLowerCase().includes(words),
  );
  countSoon();
}
search.value = inAddress('q');
search.addEventListener('input', sift);
sift();

/** Stocks come and go in bursts, as keys do; what is said aloud is said once for each. */
function countSoon() {
  clearTimeout(counting);
  counting = setTimeout(count, PATIENCE_MILLISECONDS);
}

function count() {
  const [all, shown] = [board.symbols.length, board.shown];
  if (all > 0) recalled ??= board.recall();
  const isSearch = search.value.trim() !== '';
  find('[data-count]').textContent = formatCount(all);
  find('[data-found]').textContent = isSearch ? `${formatCount(shown)} of ${formatCount(all)}` : '';
  find('[data-empty]').hidden = all > 0;
  find('[data-none-found]').hidden = all === 0 || shown > 0;
}

/* Detail */

rows.addEventListener('click', (event) => {
  const link = event.target.closest('a');
  const isPlain = !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !isPlain) return;
  event.preventDefault();
  detail.open(link.textContent);
});

/* Changing figures, where the server lets the page */

function open(button) {
  const { symbol } = button.closest('[data-symbol]').dataset;
  edit(button, () => board.stock(symbol), note);
}

if (await demo) {
  makeEditable(template.content);
  makeEditable(rows);
  find('[data-invitation]').hidden = false;
  rows.addEventListener('click', (event) => {
    const button = event.target.closest('[data-edit]');
    if (button) open(button);
  });
  rows.addEventListener('keydown', (event) => {
    const button = event.target.closest('[data-edit]');
    const isKey = event.key === 'F2' || (event.key === 'Enter' && button);
    if (!isKey || event.repeat || event.target.matches('input')) return;
    event.preventDefault(); // Firefox would press Enter in the new field as well.
    open(button ?? event.target.closest('[data-symbol]').querySelector('[data-edit]'));
  });
}
