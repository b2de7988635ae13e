// A line through the last values, drawn into an SVG of 100 by 30 units.

const KEPT = 48;

export class Sparkline {
  #line;
  #area;
  #values = [];

  constructor(svg) {
    this.#line = svg.querySelector('polyline');
    this.#area = svg.querySelector('polygon');
  }

  add(value) {
    this.#values.push(value);
    if (this.#values.length > KEPT) this.#values.shift();
    const points = this.#points();
    this.#line.setAttribute('points', points);
    this.#area.setAttribute('points', this.#values.length > 1 ? `0,30 ${points} 100,30` : '');
  }

  #points() {
    const low = Math.min(...this.#values);
    const range = Math.max(...this.#values) - low;
    const step = 100 / Math.max(1, this.#values.length - 1);
    const points = this.#values.map((value, i) => {
      const y = range === 0 ? 15 : 27 - (24 * (value - low)) / range;
      return `${(i * step).toFixed(1)},${y.toFixed(1)}`;
    });
    return points.length === 1 ? '0,15 100,15' : points.join(' ');
  }
}
