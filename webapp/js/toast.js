// Toasts: they go by themselves, but not while somebody points at them or has focus in them.

const SHOWN_MILLISECONDS = 7000;
const MOST = 4;

const region = document.querySelector('[data-toasts]');
const template = document.querySelector('[data-toast-item]');

export function toast({ title, body, user }) {
  const element = template.content.firstElementChild.cloneNode(true);
  element.querySelector('[data-title]').textContent = title;
  element.querySelector('[data-body]').textContent = body;
  element.querySelector('[data-for]').textContent = user ? `For ${user}` : '';
  element.querySelector('button').addEventListener('click', () => element.remove());
  region.append(element);
  while (region.children.length > MOST) region.firstElementChild.remove();
  setTimeout(() => leave(element), SHOWN_MILLISECONDS);
}

function leave(element) {
  if (element.matches(':hover, :focus-within')) setTimeout(() => leave(element), 1000);
  else element.remove();
}
