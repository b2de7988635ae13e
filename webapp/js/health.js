// The server's readiness, asked for while the page is looked at.

const READY = new URL('../health/ready', import.meta.url);
const EVERY_MILLISECONDS = 15_000;

const health = document.querySelector('[data-health]');

async function ask() {
  if (document.hidden) return;
  try {
    const { status, checks } = await (await fetch(READY, { cache: 'no-store' })).json();
    show(status, checks);
  } catch {
    show('unknown', {});
  }
}

function show(status, checks = {}) {
  health.dataset.health = status;
  health.querySelector('[data-health-word]').textContent =
    { UP: 'Ready', DOWN: 'Not ready' }[status] ?? 'No answer';
  const parts = Object.entries(checks).map(([name, state]) => {
    const item = document.createElement('li');
    item.textContent = `${name} ${state.toLowerCase()}`;
    return item;
  });
  health.querySelector('[data-health-checks]').replaceChildren(...parts);
}

document.addEventListener('visibilitychange', ask);
setInterval(ask, EVERY_MILLISECONDS);
ask();
