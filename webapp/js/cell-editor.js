// Figures that are changed where they stand: a click, Enter or F2 opens a field in the cell, Enter
// saves, Escape leaves all as it was.

import { exchangeJson } from './api.js';
import { formatCount, formatPlain, formatPrice } from './format.js';

const FIELDS = {
  price: {
    word: 'Price',
    shape: /^(\d+\.?\d*|\.\d+)$/,
    advice: 'A price is a number, such as 12.50.',
    format: formatPrice,
  },
  quantity: {
    word: 'On hand',
    shape: /^\d+$/,
    advice: 'This is a whole number, such as 40.',
    format: formatCount,
  },
};

/** Puts a button around the figures within; a row has one for each field. */
export function makeEditable(scope) {
  for (const [field, { word }] of Object.entries(FIELDS)) {
    for (const figure of scope.querySelectorAll(`[data-${field}]`)) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'edit';
      button.dataset.edit = field;
      button.title = `${word}: change it`;
      figure.replaceWith(button);
      button.append(figure);
    }
  }
}

/** Opens a field for the button; `stock` gives what the page shows, `done` is told what was saved. */
export function edit(button, stock, done) {
  const editor = document.querySelector('[data-editor]').content.firstElementChild.cloneNode(true);
  const input = editor.querySelector('input');
  const note = editor.querySelector('[data-editor-note]');
  const { word, shape, advice, format } = FIELDS[button.dataset.edit];
  const field = button.dataset.edit;
  const { symbol, [field]: shown } = stock();
  const first = formatPlain(shown);
  let expected = shown; // undefined once somebody has decided to write over what came between
  let isOpen = true;
  let isSaving = false;
  let known = read(symbol).catch(() => undefined); // if it fails, that is said when it is saved

  input.setAttribute('aria-label', `${word} of ${symbol}`);
  input.inputMode = field === 'price' ? 'decimal' : 'numeric';
  input.value = first;
  const row = button.closest('[data-symbol]');
  row.classList.add('editing');
  button.hidden = true;
  button.after(editor);
  input.focus();
  input.select();

  const close = (isFocusKept) => {
    if (!isOpen) return;
    isOpen = false;
    editor.remove();
    row.classList.remove('editing');
    button.hidden = false;
    if (isFocusKept) button.focus();
  };

  const save = async (isFocusKept) => {
    const typed = input.value.replaceAll(/[\s,]/g, '');
    if (!shape.test(typed)) return say(advice);
    if (Number(typed) === shown && expected !== undefined) return close(isFocusKept);
    if (isSaving) return undefined;
    isSaving = true;
    try {
      const saved = await change(symbol, field, Number(typed), expected, await known);
      close(isFocusKept && editor.contains(document.activeElement));
      done(`${symbol}: ${word.toLowerCase()} is now ${format(saved[field])}.`);
    } catch (error) {
      if (error.found) {
        [expected, known] = [undefined, error.found];
        say(`Somebody else made it ${format(known.stock[field])}. Enter writes yours over it.`);
      } else {
        say(error.message);
      }
    } finally {
      isSaving = false;
    }
    return undefined;
  };

  const say = (text) => {
    note.textContent = text;
    input.setAttribute('aria-invalid', 'true');
  };

  editor.addEventListener('submit', (event) => {
    event.preventDefault();
    save(true);
  });
  editor.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    close(true);
  });
  // Who goes on to another place saves what was typed; who typed nothing leaves nothing behind.
  editor.addEventListener('focusout', (event) => {
    if (!isOpen || editor.contains(event.relatedTarget)) return;
    if (input.value === first || note.textContent) close(false);
    else save(false);
  });
}

async function read(symbol) {
  const { value, headers } = await exchangeJson('GET', `api/stocks/${encodeURIComponent(symbol)}`);
  return { stock: value, tag: headers.get('ETag') };
}

/**
 * Changes one field of a stock, which must still be as expected there. Whatever else of the stock
 * has changed meanwhile is kept: the server refuses what was made of an older state, and then it is
 * made anew of the newest.
 */
async function change(symbol, field, value, expected, known) {
  for (let state = known ?? (await read(symbol)); ; state = await read(symbol)) {
    const { name, price, quantity, [field]: current } = state.stock;
    if (expected !== undefined && current !== expected) {
      throw Object.assign(new Error('changed meanwhile'), { found: state });
    }
    const body = { name, price, quantity, [field]: value };
    try {
      const path = `api/stocks/${encodeURIComponent(symbol)}`;
      return (await exchangeJson('PUT', path, body, { headers: { 'If-Match': state.tag } })).value;
    } catch (error) {
      if (error.status !== 412) throw error;
    }
  }
}
