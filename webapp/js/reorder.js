// Brings elements into another order and moves as few as possible: one that is moved loses what
// the browser keeps of it, such as its place in view and its animation.

/** Of rows that stand as in `from`, makes the order `to`; each has its `element` in `container`. */
export function reorder(container, from, to) {
  const places = new Map(from.map((row, i) => [row, i]));
  const staying = longestRise(to.map((row) => places.get(row)));
  let next = null;
  for (let i = to.length - 1; i >= 0; i--) {
    if (!staying.has(i)) container.insertBefore(to[i].element, next);
    next = to[i].element;
  }
}

/** The indexes of a longest subsequence that only rises. */
function longestRise(values) {
  const ends = []; // the index of the least value that a rise of this length can end with
  const before = [];
  values.forEach((value, i) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[ends[middle]] < value) low = middle + 1;
      else high = middle;
    }
    before[i] = ends[low - 1];
    ends[low] = i;
  });
  const rise = new Set();
  for (let i = ends.at(-1); i !== undefined; i = before[i]) rise.add(i);
  return rise;
}
