// A line through the last values, drawn into an SVG of 100 by 30 units. It grows from the right,
// where the newest value is a dot; what is still unknown is a faint rule.

const KEPT = 48;
const SLOTS = 16; // The width is shared by at least so many values, so a young line is short,
const LEAST_RANGE = 0.005; // and the height by at least this part of a value, so it is calm.

export class Sparkline {
  #unknown;
  #area;
  #line;
  #newest;
  #values = [];

  constructor(svg) {
    this.#unknown = svg.querySelector('line');
    this.#area = svg.querySelector('polygon');
    this.#line = svg.querySelector('polyline');
    this.#newest = svg.querySelector('path');
  }

  add(value) {
    this.#values.push(value);
    if (this.#values.length > KEPT) this.#values.shift();
  }

  /** Puts what came before in front; the newest of it may be what the line began with. */
  recall(values) {
    const earlier = values.at(-1) === this.#values[0] ? values.slice(0, -1) : values;
    this.#values = [...earlier, ...this.#values].slice(-KEPT);
  }

  draw() {
    const points = this.#points();
    const [first, newest] = [points[0], points.at(-1)];
    this.#unknown.setAttribute('x2', first[0]);
    this.#unknown.setAttribute('y1', first[1]);
    this.#unknown.setAttribute('y2', first[1]);
    this.#line.setAttribute('points', points.join(' '));
    this.#area.setAttribute('points', `${first[0]},30 ${points.join(' ')} ${newest[0]},30`);
    this.#newest.setAttribute('d', `M${newest}h0`);
  }

  #points() {
    const low = Math.min(...this.#values);
    const high = Math.max(...this.#values);
    const middle = (low + high) / 2;
    const range = Math.max(high - low, middle * LEAST_RANGE) || 1;
    const step = 100 / (Math.max(SLOTS, this.#values.length) - 1);
    const last = this.#values.length - 1;
    return this.#values.map((value, i) => {
      const x = 100 - (last - i) * step;
      const y = 15 - (24 * (value - middle)) / range;
      return [x.toFixed(1), y.toFixed(1)];
    });
  }
}
