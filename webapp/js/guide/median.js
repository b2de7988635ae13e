// The value that half of the values do not exceed.

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.trunc(sorted.length / 2)];
}
