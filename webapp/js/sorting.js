// By which column the board is sorted: buttons in the head of the table, a choice on narrow screens.

import { bySymbol } from './board.js';

const names = new Intl.Collator('en', { sensitivity: 'base', numeric: true });
const by = (figure) => (a, b) => figure(a) - figure(b);

/** What stands still is sorted from A to Z; what moves, the most first. */
const COLUMNS = {
  symbol: { compare: bySymbol },
  name: { compare: (a, b) => names.compare(a.stock.name, b.stock.name) },
  price: { compare: by((row) => row.stock.price), moves: true },
  change: { compare: by((row) => row.change), moves: true },
  quantity: { compare: by((row) => row.stock.quantity), moves: true },
  updated: { compare: (a, b) => compareTexts(a.stock.updatedAt, b.stock.updatedAt), moves: true },
};
const compareTexts = (a, b) => (a < b ? -1 : Number(a > b));

export class Sorting {
  #heads;
  #choice;
  #arrange;
  #column;
  #isFalling;

  /** `arrange(compare, moves, word)` is called at once and whenever somebody sorts. */
  constructor(table, choice, word, arrange) {
    this.#heads = [...table.querySelectorAll('th[data-column]')];
    this.#choice = choice;
    this.#arrange = arrange;
    for (const head of this.#heads) {
      head.querySelector('button').addEventListener('click', () => this.#turn(head.dataset.column));
    }
    choice.addEventListener('change', () => this.#sort(choice.value));
    this.#sort(word);
  }

  #turn(column) {
    const isFalling = column === this.#column ? !this.#isFalling : Boolean(COLUMNS[column].moves);
    this.#sort((isFalling ? '-' : '') + column);
  }

  /** A column's name, with a hyphen before it if it is to fall; any other word is as by symbol. */
  #sort(word) {
    const [, hyphen, column] = /^(-?)(\w+)$/.exec(word) ?? [];
    const isKnown = Object.hasOwn(COLUMNS, column ?? '');
    this.#column = isKnown ? column : 'symbol';
    this.#isFalling = isKnown && hyphen === '-';
    for (const head of this.#heads) {
      if (head.dataset.column !== this.#column) head.removeAttribute('aria-sort');
      else head.setAttribute('aria-sort', this.#isFalling ? 'descending' : 'ascending');
    }
    const sorted = (this.#isFalling ? '-' : '') + this.#column;
    this.#choice.value = sorted;
    const { compare, moves = false } = COLUMNS[this.#column];
    const sign = this.#isFalling ? -1 : 1;
    this.#arrange((a, b) => sign * compare(a, b) || bySymbol(a, b), moves, sorted);
  }
}
