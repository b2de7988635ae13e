// Lets elements flash when what they show has changed.

const LOOKS = ['down', 'touched', 'up'];
const FLASH_MILLISECONDS = 900;

const waiting = new Map();
const timers = new WeakMap();

/** Flashes up, down, or neither: by the sign of the difference. */
export function flash(element, difference) {
  if (document.hidden) return;
  // All of a task start together: restarting an animation costs a layout, and one is enough.
  if (waiting.size === 0) queueMicrotask(start);
  waiting.set(element, LOOKS[Math.sign(difference) + 1]);
}

function start() {
  for (const element of waiting.keys()) element.classList.remove(...LOOKS);
  void document.body.offsetWidth;
  for (const [element, look] of waiting) {
    element.classList.add(look);
    clearTimeout(timers.get(element));
    const stop = () => element.classList.remove(look);
    timers.set(element, setTimeout(stop, FLASH_MILLISECONDS));
  }
  waiting.clear();
}
