// Figures and times as the pages write them.

const DIGITS = { minimumFractionDigits: 2, maximumFractionDigits: 8 }; // all that the server keeps
const price = new Intl.NumberFormat('en', DIGITS);
const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 8, useGrouping: false });
const count = new Intl.NumberFormat('en');
const percent = new Intl.NumberFormat('en', {
  style: 'percent',
  signDisplay: 'exceptZero',
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const time = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' });
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });

export const formatPrice = (value) => price.format(value);
export const formatCount = (value) => count.format(value);
export const formatTime = (date) => time.format(date);

/** As it is typed: digits, and a point if there is need of one. */
export const formatPlain = (value) => plain.format(value);

/** An arrow and how far, in percent, a value is from where it was. */
export function formatChange(value, origin) {
  const change = origin === 0 ? 0 : (value - origin) / origin;
  const text = percent.format(change).replace('-', '−');
  const direction = /[1-9]/.test(text) ? Math.sign(change) : 0; // What rounds to nothing is level.
  return { text, direction, arrow: ['▼', '', '▲'][direction + 1] };
}

/** Fills a time element: the time of day, and the day unless it is today. */
export function showTime(element, iso) {
  const date = new Date(iso);
  const today = date.toDateString() === new Date().toDateString();
  element.dateTime = iso;
  element.textContent = today ? time.format(date) : `${day.format(date)}, ${time.format(date)}`;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How long ago, or how far ahead, a time is; in seconds only when there are few left. */
function formatDistance(iso, now = Date.now()) {
  const seconds = (new Date(iso) - now) / 1000;
  const [unit, length] = UNITS.find((some) => Math.abs(seconds) >= some[1]) ?? ['second', 1];
  if (unit === 'second' && seconds < 10) return seconds > 0 ? 'in a moment' : 'just now';
  return relative.format(Math.trunc(seconds / length), unit);
}

/** Fills a time element with the distance; the exact time is in its title. */
export function showDistance(element, iso) {
  element.dateTime = iso;
  element.title = exact.format(new Date(iso));
  const text = formatDistance(iso);
  if (element.textContent !== text) element.textContent = text;
}
