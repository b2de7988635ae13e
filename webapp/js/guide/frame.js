// What every page of the guide has: the list of all pages, the way to the previous and the next,
// and controls that work where the demo mode is on.

import '../copy.js';
import { demo } from '../demo.js';
import { PAGES } from './pages.js';
import { address } from './server.js';

const here = location.pathname.split('/').at(-1);
const place = PAGES.findIndex(({ file }) => file === here);

function linkTo({ file, title }) {
  const link = document.createElement('a');
  link.href = file;
  link.textContent = title;
  return link;
}

function showContents(nav) {
  const list = document.createElement('ol');
  for (const page of PAGES) {
    const item = document.createElement('li');
    const link = linkTo(page);
    if (page.file === here) link.setAttribute('aria-current', 'page');
    item.append(link);
    list.append(item);
  }
  nav.append(list);
}

function showNeighbours(nav) {
  const neighbours = [
    ['Previous', 'previous', PAGES[place - 1]],
    ['Next', 'next', PAGES[place + 1]],
  ];
  for (const [word, name, page] of neighbours) {
    if (!page) continue;
    const link = linkTo(page);
    const label = document.createElement('span');
    label.textContent = `${word} `;
    link.className = name;
    link.prepend(label);
    nav.append(link);
  }
}

async function showControls() {
  const isDemo = await demo;
  document.querySelector('[data-no-demo]')?.toggleAttribute('hidden', isDemo);
  for (const controls of document.querySelectorAll('[data-needs-demo]')) {
    controls.disabled = !isDemo;
  }
}

const contents = document.querySelector('[data-contents]');
const neighbours = document.querySelector('[data-neighbours]');
if (contents) showContents(contents);
if (neighbours) showNeighbours(neighbours);
showControls();
for (const place of document.querySelectorAll('[data-events-address]')) {
  place.textContent = address('events');
}
// A page closes its streams when it is left, so one that the back button brings begins anew.
addEventListener('pageshow', (event) => event.persisted && location.reload());
