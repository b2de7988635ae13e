// Stocks on a page: one element for each, made from a template and kept in the order of symbols.

import { request } from './api.js';
import { flash } from './flash.js';
import { formatChange, formatCount, formatPrice, showTime } from './format.js';
import { Sparkline } from './sparkline.js';

export class Board {
  #container;
  #template;
  #limit;
  #entries = new Map();
  #told = new Set();

  constructor(container, template, limit = Infinity) {
    this.#container = container;
    this.#template = template;
    this.#limit = limit;
  }

  get symbols() {
    return [...this.#container.children].map((element) => element.dataset.symbol);
  }

  stock(symbol) {
    return this.#entries.get(symbol)?.stock;
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
    const { prices } = await request('GET', 'api/stocks/prices?limit=48').catch(nothing);
    for (const [symbol, { line }] of this.#entries) {
      line.recall((prices[symbol] ?? []).map(({ price }) => price));
    }
  }

  #show(stock) {
    if (stock.deleted) return this.#remove(stock.symbol);
    const entry = this.#entries.get(stock.symbol) ?? this.#insert(stock);
    if (!entry) return undefined;
    const before = entry.stock;
    entry.stock = stock;
    this.#fill(entry, before);
    return before ? 'changed' : 'added';
  }

  #insert({ symbol, price }) {
    const next = this.#firstAfter(symbol);
    if (!next && this.#entries.size >= this.#limit) return undefined;
    const element = this.#template.content.firstElementChild.cloneNode(true);
    element.dataset.symbol = symbol;
    element.querySelector('[data-code]').textContent = symbol;
    const entry = { element, origin: price, line: new Sparkline(element.querySelector('svg')) };
    this.#container.insertBefore(element, next ?? null);
    this.#entries.set(symbol, entry);
    if (this.#entries.size > this.#limit) this.#remove(this.symbols.at(-1));
    return entry;
  }

  #firstAfter(symbol) {
    const elements = this.#container.children;
    let [low, high] = [0, elements.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (elements[middle].dataset.symbol < symbol) low = middle + 1;
      else high = middle;
    }
    return elements[low];
  }

  #remove(symbol) {
    this.#entries.get(symbol)?.element.remove();
    return this.#entries.delete(symbol) ? 'removed' : undefined;
  }

  #fill({ element, origin, stock, line }, before) {
    const part = (name) => element.querySelector(`[data-${name}]`);
    part('name').textContent = stock.name;
    figure(part('price'), stock.price, formatPrice);
    const change = formatChange(stock.price, origin);
    part('change').dataset.change = change.direction;
    part('arrow').textContent = change.arrow;
    part('percent').textContent = change.text;
    if (part('quantity')) figure(part('quantity'), stock.quantity, formatCount);
    if (part('updated')) showTime(part('updated'), stock.updatedAt);
    element.classList.toggle('sold-out', stock.quantity === 0);
    part('sold-out').hidden = stock.quantity !== 0;
    if (stock.price !== before?.price) line.add(stock.price);
    const moved = before && (stock.price !== before.price || stock.quantity !== before.quantity);
    if (moved) flash(element, stock.price - before.price);
  }
}

function figure(element, value, format) {
  element.dataset.value = value;
  element.textContent = format(value);
}
