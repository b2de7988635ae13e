// The stock board: one stream of every single stock, and in demo mode a form to change one.

import { request, submit } from './api.js';
import { Board } from './board.js';
import { formatCount, formatPrice } from './format.js';
import { connect, demo } from './page.js';

const WINDOW_SECONDS = 5;

const form = document.querySelector('[data-change-stock]');
const { symbol, price, quantity } = form.elements;
const board = new Board(
  document.querySelector('[data-board]'),
  document.querySelector('[data-board-row]'),
);
const ticks = new Array(WINDOW_SECONDS).fill(0);
let picked = false;
let offering;
let recalled;

connect(['stocks/{symbol}'], {
  stock: (event) => {
    const outcome = board.apply(JSON.parse(event.data));
    if (outcome === 'changed') ticks[0]++;
    else if (outcome) offerSoon();
  },
  gap: async () => {
    board.expectList();
    board.replace((await request('GET', 'api/stocks')).stocks);
    offerSoon();
  },
});

setInterval(() => {
  const rate = ticks.reduce((sum, some) => sum + some, 0) / WINDOW_SECONDS;
  document.querySelector('[data-rate]').textContent = rate.toFixed(1);
  ticks.unshift(0);
  ticks.pop();
}, 1000);

/** Stocks come and go in bursts; the choice is made anew once for each. */
function offerSoon() {
  offering ??= setTimeout(offer, 50);
}

function offer() {
  offering = undefined;
  const { symbols } = board;
  if (symbols.length > 0) recalled ??= board.recall();
  const chosen = picked && board.stock(symbol.value) ? symbol.value : symbols[0];
  symbol.replaceChildren(...symbols.map((code) => new Option(code)));
  if (chosen) symbol.value = chosen;
  if (!picked) offerFigures();
  document.querySelector('[data-count]').textContent = formatCount(symbols.length);
  document.querySelector('[data-empty]').hidden = symbols.length > 0;
}

function offerFigures() {
  const stock = board.stock(symbol.value);
  price.value = stock?.price ?? '';
  quantity.value = stock?.quantity ?? '';
}

form.addEventListener('input', () => (picked = true));
symbol.addEventListener('change', offerFigures);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  submit(form, async () => {
    const stock = await request('PUT', `api/stocks/${encodeURIComponent(symbol.value)}`, {
      name: board.stock(symbol.value).name,
      price: price.valueAsNumber,
      quantity: quantity.valueAsNumber,
    });
    const left = `${formatCount(stock.quantity)} on hand`;
    return `${stock.symbol} is now ${formatPrice(stock.price)}, ${left}.`;
  });
});
form.hidden = !(await demo);
