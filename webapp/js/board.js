// Stocks on a page: one element for each, made from a template and kept in order.

import { request } from './api.js';
import { flash } from './flash.js';
import { reorder } from './reorder.js';
import { StockRow } from './stock-row.js';

const MOST_RECALLED = 48; // prices of one stock; fewer if there are very many stocks
const RECALLED_IN_ALL = 24_000;
const FRAME_MILLISECONDS = 100; // eyes follow no more, and every frame costs
export const bySymbol = (a, b) => (a.symbol < b.symbol ? -1 : Number(a.symbol > b.symbol));

export class Board {
  /*
   * What is told is known at once; what it looks like is written in one go, ten times a second at
   * most, and only where it has changed. So a busy table costs the page little more than a calm one.
   */
  #container;
  #template;
  #limit;
  #rows = new Map();
  #order = []; // the rows as they stand on the page
  #compare = bySymbol;
  #moves = false; // whether the order is one that prices change
  #isOutOfOrder = false;
  #isShown = () => true;
  #unpainted = new Set();
  #paintedAt = -FRAME_MILLISECONDS;
  #told = new Set();

  constructor(container, template, limit = Infinity) {
    this.#container = container;
    this.#template = template;
    this.#limit = limit;
    // Lines that nobody sees are not drawn; the browser says when they come into view.
    container.addEventListener(
      'contentvisibilityautostatechange',
      (event) => this.#see(this.#rows.get(event.target.dataset?.symbol), !event.skipped),
      true,
    );
  }

  /** In the order of the page. */
  get symbols() {
    return this.#order.map((row) => row.symbol);
  }

  get isOutOfOrder() {
    return this.#isOutOfOrder;
  }

  stock(symbol) {
    return this.#rows.get(symbol)?.stock;
  }

  /** How far a price is from where it was when the page was opened. */
  origin(symbol) {
    return this.#rows.get(symbol)?.origin;
  }

  element(symbol) {
    return this.#rows.get(symbol)?.element;
  }

  /**
   * Shows a stock's new state: gives 'added', 'changed' or 'removed', or nothing if it has no place.
   * The stream's order is what counts: `updatedAt` stands still when another program forgets it.
   */
  apply(stock) {
    this.#told.add(stock.symbol);
    return this.#show(stock);
  }

  /** Begins anew, as after a gap: what the stream tells from now on is newer than any list. */
  expectList() {
    this.#told.clear();
  }

  /** Shows exactly these stocks, except where the stream has told more since. */
  replace(stocks) {
    const kept = new Set([...stocks.map((stock) => stock.symbol), ...this.#told]);
    this.symbols.filter((symbol) => !kept.has(symbol)).forEach((symbol) => this.#remove(symbol));
    stocks.filter((stock) => !this.#told.has(stock.symbol)).forEach((stock) => this.#show(stock));
  }

  /** Begins each line with the prices of before the page was opened. */
  async recall() {
    const nothing = () => ({ prices: {} }); // then the lines begin now
    const share = Math.floor(RECALLED_IN_ALL / Math.max(1, this.#rows.size));
    const limit = Math.max(2, Math.min(MOST_RECALLED, share));
    const { prices } = await request('GET', `api/stocks/prices?limit=${limit}`).catch(nothing);
    for (const row of this.#order) {
      row.recall((prices[row.symbol] ?? []).map(({ price }) => price));
      this.#paintSoon(row);
    }
  }

  /**
   * Sorts the rows, now and whenever `settle` is called. `moves` says that the order is by something
   * that keeps changing; rows that come are then put at the end until it is.
   */
  arrange(compare, moves) {
    this.#compare = compare;
    this.#moves = moves;
    this.#isOutOfOrder = true;
    this.settle();
  }

  /** Brings the rows into their order, if changes have upset it. */
  settle() {
    if (!this.#isOutOfOrder) return;
    const sorted = [...this.#order].sort(this.#compare);
    reorder(this.#container, this.#order, sorted);
    this.#order = sorted;
    this.#isOutOfOrder = false;
  }

  /** Shows only the stocks that pass; gives how many do. */
  filter(isShown) {
    this.#isShown = isShown;
    for (const row of this.#order) row.element.hidden = !isShown(row.stock);
    return this.shown;
  }

  get shown() {
    return this.#order.filter((row) => !row.element.hidden).length;
  }

  #show(stock) {
    if (stock.deleted) return this.#remove(stock.symbol);
    const known = this.#rows.get(stock.symbol);
    const row = known ?? this.#insert(stock);
    if (!row) return undefined;
    const isRenamed = stock.name !== row.stock.name;
    row.take(stock);
    if (isRenamed) row.element.hidden = !this.#isShown(stock);
    if (known && (this.#moves || isRenamed)) this.#isOutOfOrder = true;
    this.#paintSoon(row);
    return known ? 'changed' : 'added';
  }

  #insert(stock) {
    const element = this.#template.content.firstElementChild.cloneNode(true);
    const row = new StockRow(element, stock);
    const place = this.#moves ? this.#order.length : this.#placeOf(row);
    if (place >= this.#limit) return undefined;
    if (this.#moves) this.#isOutOfOrder = true;
    element.hidden = !this.#isShown(stock);
    this.#container.insertBefore(element, this.#order[place]?.element ?? null);
    this.#order.splice(place, 0, row);
    this.#rows.set(stock.symbol, row);
    if (this.#order.length > this.#limit) this.#remove(this.#order.at(-1).symbol);
    return row;
  }

  #placeOf(row) {
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#order[middle], row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #remove(symbol) {
    const row = this.#rows.get(symbol);
    if (!row) return undefined;
    row.element.remove();
    this.#order.splice(this.#order.indexOf(row), 1);
    this.#unpainted.delete(row);
    this.#rows.delete(symbol);
    return 'removed';
  }

  #see(row, isInView) {
    if (!row) return;
    row.isInView = isInView;
    if (isInView) this.#paintSoon(row);
  }

  #paintSoon(row) {
    if (this.#unpainted.size === 0) {
      const wait = this.#paintedAt + FRAME_MILLISECONDS - performance.now();
      const frame = () => requestAnimationFrame(() => this.#paint());
      if (wait > 0) setTimeout(frame, wait);
      else frame();
    }
    this.#unpainted.add(row);
  }

  #paint() {
    this.#paintedAt = performance.now();
    for (const row of this.#unpainted) {
      const difference = row.paint();
      if (difference !== undefined && row.isInView) flash(row.element, difference);
    }
    this.#unpainted.clear();
  }
}
