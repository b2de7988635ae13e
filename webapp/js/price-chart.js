// A chart of prices over time, by uPlot, which is fetched when the first chart is wanted.

import { formatPrice, formatTime } from './format.js';

const VENDOR = new URL('../vendor/uplot/', import.meta.url);
const LEAST_SECONDS = 60; // a chart is at least so long, so that a young one is not all zigzag,
const LEAST_RANGE = 0.004; // and at least so high, as a part of the price, so that it is calm
const DAY_SECONDS = 86_400;
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });
const minute = new Intl.DateTimeFormat('en', { timeStyle: 'short', hourCycle: 'h23' });

let library;

/** uPlot itself. Fails when the server cannot be reached; the next call tries again. */
function loaded() {
  library ??= Promise.all([
    element('link', { rel: 'stylesheet', href: new URL('uPlot.min.css', VENDOR) }),
    element('script', { src: new URL('uPlot.iife.min.js', VENDOR) }),
  ]).then(
    () => window.uPlot,
    () => {
      library = undefined;
      throw new Error('The chart cannot be fetched.');
    },
  );
  return library;
}

function element(name, properties) {
  return new Promise((resolve, reject) => {
    const made = Object.assign(document.createElement(name), properties);
    made.onload = resolve;
    made.onerror = reject;
    document.head.append(made);
  });
}

export class PriceChart {
  #place;
  #plot;
  #resize = new ResizeObserver(() => this.#plot.setSize(this.#size()));
  #dark = matchMedia('(prefers-color-scheme: dark)');
  #repaint = () => {
    this.#colours = undefined;
    this.#plot.redraw();
  };
  #colours;

  /** A chart that fills the place; `point(at, price)` is told what is pointed at, if anything. */
  static async in(place, point) {
    return new PriceChart(await loaded(), place, point);
  }

  constructor(uPlot, place, point) {
    this.#place = place;
    this.#plot = new uPlot(this.#options(uPlot, point), [[], []], place);
    this.#plot.ctx.canvas.setAttribute('role', 'img');
    this.#resize.observe(place);
    this.#dark.addEventListener('change', this.#repaint);
  }

  /** Shows prices at times in seconds, oldest first; `label` says it in words. */
  show(times, prices, label) {
    this.#plot.ctx.canvas.setAttribute('aria-label', label);
    this.#plot.setData([times, prices]);
  }

  destroy() {
    this.#resize.disconnect();
    this.#dark.removeEventListener('change', this.#repaint);
    this.#plot.destroy();
  }

  #size() {
    return { width: this.#place.clientWidth, height: this.#place.clientHeight };
  }

  /** The colours of the page, asked for once for each theme: it costs a look at the styles. */
  #colour(name) {
    this.#colours ??= new Map();
    if (!this.#colours.has(name)) {
      const value = getComputedStyle(this.#place).getPropertyValue(name).trim();
      this.#colours.set(name, value);
    }
    return this.#colours.get(name);
  }

  #options(uPlot, point) {
    const ink = () => this.#colour('--soft');
    const rule = { stroke: () => this.#colour('--rule'), width: 1 };
    const font = `12px ${this.#colour('--sans')}`;
    const axis = { stroke: ink, grid: rule, ticks: { show: false }, font };
    return {
      ...this.#size(),
      padding: [12, 0, 0, 12],
      legend: { show: false },
      select: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 9, width: 0 } },
      scales: { x: { range: (_, from, to) => timeRange(from, to) }, y: { range: priceRange } },
      axes: [
        { ...axis, grid: { show: false }, size: 30, space: 80, values: timeLabels },
        { ...axis, side: 1, size: widthOfLabels, space: 44, gap: 10, values: priceLabels },
      ],
      series: [
        {},
        {
          stroke: () => this.#colour('--accent-text'),
          fill: () => this.#wash(),
          width: 2,
          // A price stays what it is until it is changed.
          paths: uPlot.paths.stepped({ align: 1 }),
          points: { show: false },
        },
      ],
      hooks: {
        draw: [(plot) => this.#drawNewest(plot)],
        setCursor: [
          ({ cursor: { idx }, data: [times, prices] }) => point(times[idx], prices[idx]),
        ],
      },
    };
  }

  #wash() {
    const { ctx, bbox } = this.#plot;
    const wash = ctx.createLinearGradient(0, bbox.top, 0, bbox.top + bbox.height);
    wash.addColorStop(0, `${this.#colour('--accent')}40`);
    wash.addColorStop(1, `${this.#colour('--accent')}00`);
    return wash;
  }

  #drawNewest({ ctx, data: [times, prices], valToPos }) {
    if (times.length === 0) return;
    ctx.beginPath();
    const [x, y] = [valToPos(times.at(-1), 'x', true), valToPos(prices.at(-1), 'y', true)];
    ctx.arc(x, y, 4 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fillStyle = this.#colour('--accent-text');
    ctx.fill();
  }
}

function timeRange(from, to) {
  if (from === null) return [0, LEAST_SECONDS];
  const length = Math.max(to - from, LEAST_SECONDS);
  return [to - length, to + length * 0.02];
}

function priceRange(_, low, high) {
  if (low === null) return [0, 1];
  const middle = (low + high) / 2;
  const half = Math.max((high - low) * 0.62, (middle * LEAST_RANGE) / 2, 1e-8);
  return [Math.max(0, middle - half), middle + half];
}

function timeLabels(_, times, __, ___, step) {
  const show = { true: formatTime, false: (date) => minute.format(date) }[step < 60];
  return times.map((time) => (step < DAY_SECONDS ? show : (d) => day.format(d))(new Date(time * 1000)));
}

const priceLabels = (_, prices) => prices.map(formatPrice);

function widthOfLabels(_, labels) {
  const longest = Math.max(4, ...(labels ?? []).map((label) => label.length));
  return 18 + longest * 7;
}
