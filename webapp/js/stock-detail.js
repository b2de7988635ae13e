// One stock at length, in a dialog that has an address of its own: a live chart and its figures.

import { inAddress, withParameter } from './address.js';
import { exchangeJson } from './api.js';
import { formatChange, formatCount, formatPrice, formatTime, showTime } from './format.js';
import { PriceChart } from './price-chart.js';

const MOST_PRICES = 500;
const DEFAULT_TITLE = document.title;

export class StockDetail {
  #dialog;
  #board;
  #symbol = '';
  #chart;
  #times = [];
  #prices = [];
  #serverAhead = 0; // seconds; the server's clock is not ours
  #isReading = false;
  #isPainting = false;

  /** The dialog is open whenever the page's address names a symbol. */
  constructor(dialog, board) {
    this.#dialog = dialog;
    this.#board = board;
    dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => this.#closed());
    addEventListener('popstate', () => this.#follow());
    setInterval(() => this.#symbol && this.#paintSoon(), 1000); // time goes on without changes
    this.#follow();
  }

  /** Opens it as a new step of the browser's history. */
  open(symbol) {
    history.pushState({ isDetail: true }, '', withParameter('symbol', symbol));
    this.#follow();
  }

  /** Takes what the stream tells of any stock. */
  tell(stock) {
    if (stock.symbol !== this.#symbol) return;
    if (!stock.deleted && !this.#isReading) this.#add(stock.price);
    this.#paintSoon();
  }

  /** Reads the prices anew, as after a gap. */
  async read() {
    const symbol = this.#symbol;
    if (!symbol) return;
    this.#isReading = true;
    try {
      const path = `api/stocks/${encodeURIComponent(symbol)}/prices?limit=${MOST_PRICES}`;
      const { value, headers } = await exchangeJson('GET', path);
      if (symbol !== this.#symbol) return;
      this.#serverAhead = (Date.parse(headers.get('Date')) || Date.now()) / 1000 - Date.now() / 1000;
      if (Math.abs(this.#serverAhead) < 2) this.#serverAhead = 0; // the header has whole seconds
      this.#times = value.prices.map(({ at }) => Date.parse(at) / 1000);
      this.#prices = value.prices.map(({ price }) => price);
      this.#write('currency', value.currency);
      // The stream may have told more while the answer was on its way.
      const now = this.#board.stock(symbol)?.price;
      if (now !== undefined) this.#add(now);
      this.#write('problem', '');
      await this.#draw(symbol);
    } catch (error) {
      if (symbol !== this.#symbol) return;
      const isUnknown = error.status === 404;
      this.#write('problem', isUnknown ? `There is no stock ${symbol}.` : error.message);
    } finally {
      this.#isReading = false;
    }
  }

  #follow() {
    const symbol = inAddress('symbol');
    if (symbol === this.#symbol) return;
    this.#clear();
    this.#symbol = symbol;
    document.title = symbol ? `${symbol} · ${DEFAULT_TITLE}` : DEFAULT_TITLE;
    if (!symbol) return void this.#dialog.close();
    this.#part('symbol').textContent = symbol;
    this.#paint();
    if (!this.#dialog.open) this.#dialog.showModal();
    this.read();
  }

  #clear() {
    this.#chart?.destroy();
    this.#chart = undefined;
    [this.#times, this.#prices] = [[], []];
    for (const place of this.#dialog.querySelectorAll('[data-of-stock]')) place.textContent = '';
  }

  #closed() {
    const symbol = this.#symbol;
    if (!symbol || inAddress('symbol') !== symbol) return; // by a step back
    if (history.state?.isDetail) {
      history.back();
    } else {
      history.replaceState(null, '', withParameter('symbol', ''));
      this.#follow();
    }
    // The browser gives focus back to the link, but not on a page that was opened like this.
    const isElsewhere = !this.#dialog.contains(document.activeElement);
    if (isElsewhere && document.activeElement !== document.body) return;
    this.#board.element(symbol)?.querySelector('a').focus();
  }

  async #draw(symbol) {
    if (!this.#chart) {
      const chart = await PriceChart.in(this.#part('chart'), (at, price) => this.#point(at, price));
      if (symbol !== this.#symbol || this.#chart) return chart.destroy();
      this.#chart = chart;
    }
    this.#paint();
    return undefined;
  }

  #add(price) {
    if (price === this.#prices.at(-1)) return;
    this.#times.push(Math.max(this.#now(), (this.#times.at(-1) ?? 0) + 0.001));
    this.#prices.push(price);
    if (this.#prices.length > MOST_PRICES) {
      this.#times.shift();
      this.#prices.shift();
    }
  }

  #now() {
    return Date.now() / 1000 + this.#serverAhead;
  }

  #paintSoon() {
    if (this.#isPainting) return;
    this.#isPainting = true;
    requestAnimationFrame(() => {
      this.#isPainting = false;
      if (this.#symbol) this.#paint();
    });
  }

  #paint() {
    const stock = this.#board.stock(this.#symbol);
    if (stock) {
      this.#write('name', stock.name);
      this.#write('price', formatPrice(stock.price));
      this.#write('quantity', stock.quantity === 0 ? 'Sold out' : formatCount(stock.quantity));
      showTime(this.#part('updated'), stock.updatedAt);
      if (stock.currency) this.#write('currency', stock.currency);
    } else if (this.#prices.length > 0) {
      this.#write('problem', `${this.#symbol} is no longer on the board.`);
    }
    if (this.#prices.length > 0) this.#paintPrices();
  }

  #paintPrices() {
    const [low, high] = [Math.min(...this.#prices), Math.max(...this.#prices)];
    const [first, last] = [this.#prices[0], this.#prices.at(-1)];
    const { text, arrow, direction } = formatChange(last, first);
    this.#write('low', formatPrice(low));
    this.#write('high', formatPrice(high));
    this.#write('first', formatPrice(first));
    this.#write('arrow', arrow);
    this.#write('percent', text);
    this.#part('change').dataset.change = direction;
    const since = formatTime(new Date(this.#times[0] * 1000));
    this.#write('since', `since ${since}`);
    this.#chart?.show(
      [...this.#times, Math.max(this.#now(), this.#times.at(-1))],
      [...this.#prices, last],
      `Price of ${this.#symbol} since ${since}: from ${formatPrice(first)} to ${formatPrice(last)},` +
        ` lowest ${formatPrice(low)}, highest ${formatPrice(high)}.`,
    );
  }

  #point(at, price) {
    const text = at === undefined ? '' : `${formatPrice(price)} at ${formatTime(new Date(at * 1000))}`;
    this.#write('readout', text);
  }

  #part(name) {
    return this.#dialog.querySelector(`[data-${name}]`);
  }

  #write(name, text) {
    const part = this.#part(name);
    if (part.textContent !== text) part.textContent = text;
  }
}
