// The switch for the browser's own notifications; how it stands is said in words.

import { allowDesktop, desktopState, stopDesktop } from './desktop.js';

const WORDS = {
  on: 'On. Your browser shows what comes while you look at something else.',
  off: 'Off. Your browser can show what comes while you look at something else.',
  denied: 'Blocked. This browser blocks notifications from here; its site settings change that.',
  unsupported: 'Not possible here. Browsers allow it over HTTPS only, or on the server’s own machine.',
};

const part = (name) => document.querySelector(`[data-desktop-${name}]`);

function show() {
  const state = desktopState();
  part('card').dataset.desktopCard = state;
  part('word').textContent = WORDS[state];
  part('allow').hidden = state !== 'off';
  part('stop').hidden = state !== 'on';
}

/** The pressed button goes; focus moves to what came in its place. */
async function change(how) {
  await how();
  show();
  const place = ['allow', 'stop', 'word'].map(part).find((element) => !element.hidden);
  place.focus();
}

part('allow').addEventListener('click', () => change(allowDesktop));
part('stop').addEventListener('click', () => change(stopDesktop));
show();
