// One stock's element: it takes every state of the stock and writes what differs when it is painted.

import { formatChange, formatCount, formatPrice, showTime } from './format.js';
import { Sparkline } from './sparkline.js';

export class StockRow {
  symbol;
  stock;
  element;
  origin; // the price when the page was opened
  isInView = true;
  #parts = {};
  #line;
  #painted;
  #isDrawn = false;

  constructor(element, stock) {
    this.symbol = stock.symbol;
    this.stock = stock;
    this.element = element;
    this.origin = stock.price;
    this.#line = new Sparkline(element.querySelector('svg'));
    this.#line.add(stock.price);
    element.dataset.symbol = stock.symbol;
    for (const name of ['name', 'price', 'change', 'arrow', 'percent', 'quantity', 'updated']) {
      this.#parts[name] = element.querySelector(`[data-${name}]`);
    }
    this.#parts.soldOut = element.querySelector('[data-sold-out]');
    const code = element.querySelector('[data-code]');
    code.textContent = stock.symbol;
    if (code.matches('a')) code.href = `?symbol=${encodeURIComponent(stock.symbol)}`;
  }

  /** Relative to the origin. */
  get change() {
    return this.origin === 0 ? 0 : (this.stock.price - this.origin) / this.origin;
  }

  take(stock) {
    if (stock.price !== this.stock.price) {
      this.#line.add(stock.price);
      this.#isDrawn = false;
    }
    this.stock = stock;
  }

  /** What the price was before the row was there, oldest first. */
  recall(prices) {
    this.#line.recall(prices);
    this.#isDrawn = false;
  }

  /**
   * Writes what has changed since the last time. Gives the difference of the price if price or
   * quantity are others than before, and nothing the first time.
   */
  paint() {
    const [now, before] = [this.stock, this.#painted];
    this.#painted = now;
    const isNew = (field) => now[field] !== before?.[field];
    if (isNew('name')) this.#parts.name.textContent = now.name;
    if (isNew('price')) this.#paintPrice();
    if (isNew('quantity')) this.#paintQuantity();
    if (this.#parts.updated && isNew('updatedAt')) showTime(this.#parts.updated, now.updatedAt);
    if (this.isInView && !this.#isDrawn) {
      this.#line.draw();
      this.#isDrawn = true;
    }
    const isMove = before && (isNew('price') || isNew('quantity'));
    return isMove ? now.price - before.price : undefined;
  }

  #paintPrice() {
    const { price, change, arrow, percent } = this.#parts;
    figure(price, this.stock.price, formatPrice);
    const moved = formatChange(this.stock.price, this.origin);
    change.dataset.change = moved.direction;
    if (arrow.textContent !== moved.arrow) arrow.textContent = moved.arrow;
    percent.textContent = moved.text;
  }

  #paintQuantity() {
    const { quantity } = this.stock;
    if (this.#parts.quantity) figure(this.#parts.quantity, quantity, formatCount);
    this.element.classList.toggle('sold-out', quantity === 0);
    this.#parts.soldOut.hidden = quantity !== 0;
  }
}

function figure(element, value, format) {
  element.dataset.value = value;
  element.textContent = format(value);
}
