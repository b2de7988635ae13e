// Lines of figures over the last seconds, drawn as SVG. Each line has a colour and a pattern.

const NAMESPACE = 'http://www.w3.org/2000/svg';
const MARGIN = { top: 10, right: 8, bottom: 22, left: 52 };
const STEPS = [1, 2, 3, 4, 5, 6, 8, 10];

export class Plot {
  #svg;
  #figure;
  #names;
  #unit;
  #span;
  #points;
  #isDue = false;

  /**
   * `figure` has an `svg` and a `figcaption`. `names` are those of the lines, in order; `unit` is
   * written at the values; `seconds` is how long a time is shown.
   */
  constructor(figure, { names, unit = '', seconds = 60 }) {
    this.#figure = figure;
    this.#svg = figure.querySelector('svg');
    this.#svg.setAttribute('role', 'img');
    this.#names = names;
    this.#unit = unit;
    this.#span = seconds * 1000;
    this.#legend();
    this.clear();
    new ResizeObserver(() => this.#soon()).observe(this.#svg);
  }

  clear() {
    this.#points = this.#names.map(() => []);
    this.#soon();
  }

  /** A value of line `index`, as of now. */
  add(index, value) {
    this.#points[index].push([performance.now(), value]);
    this.#soon();
  }

  #soon() {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.#svg;
    if (width === 0) return;
    const now = performance.now();
    for (const points of this.#points) {
      while (points.length > 0 && points[0][0] < now - this.#span) points.shift();
    }
    const top = ceiling(Math.max(0, ...this.#points.flat().map(([, value]) => value)));
    const right = width - MARGIN.right;
    const bottom = height - MARGIN.bottom;
    const x = (time) => right - ((now - time) / this.#span) * (right - MARGIN.left);
    const y = (value) => bottom - (value / top) * (bottom - MARGIN.top);
    this.#svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.#svg.replaceChildren(
      ...[0, top / 2, top].flatMap((value) => [
        shape('line', { x1: MARGIN.left, x2: right, y1: y(value), y2: y(value) }),
        text(MARGIN.left - 6, y(value) + 4, 'end', `${Number(value.toPrecision(3))}${this.#unit}`),
      ]),
      text(MARGIN.left, height - 6, 'start', `${this.#span / 1000} s ago`),
      text(right, height - 6, 'end', 'now'),
      ...this.#points.flatMap((points, i) => line(points, i, x, y)),
    );
    this.#describe();
  }

  #describe() {
    const newest = this.#names.map((name, i) => {
      const value = this.#points[i].at(-1)?.[1];
      return `${name}: ${value === undefined ? 'nothing yet' : rounded(value) + this.#unit}`;
    });
    const caption = this.#figure.querySelector('figcaption').firstChild.textContent.trim();
    this.#svg.setAttribute('aria-label', `${caption}. ${newest.join(', ')}`);
  }

  #legend() {
    const list = document.createElement('ul');
    this.#names.forEach((name, i) => {
      const item = document.createElement('li');
      const sample = shape('svg', { viewBox: '0 0 24 8', 'aria-hidden': 'true' });
      sample.append(shape('polyline', { points: '0,4 24,4', class: `series-${i}` }));
      item.append(sample, name);
      list.append(item);
    });
    if (this.#names.length > 1) this.#figure.querySelector('figcaption').append(list);
  }
}

/** The values, and a dot for the newest, which also shows a line of one value. */
function line(points, index, x, y) {
  if (points.length === 0) return [];
  const places = points.map(([time, value]) => `${x(time).toFixed(1)},${y(value).toFixed(1)}`);
  const style = { class: `series-${index}` };
  return [
    shape('polyline', { ...style, points: places.join(' ') }),
    shape('path', { ...style, d: `M${places.at(-1)}h0` }),
  ];
}

/** The least round number that is not below. */
function ceiling(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return STEPS.map((step) => step * power).find((round) => round >= value);
}

const rounded = (value) => Number(value.toPrecision(3));

function shape(name, attributes) {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function text(x, y, anchor, content) {
  const made = shape('text', { x, y, 'text-anchor': anchor });
  made.textContent = content;
  return made;
}
