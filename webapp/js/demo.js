// Whether this server runs in demo mode for this page, and what it offers then.

import { request } from './api.js';

const NONE = { demo: false };

/** What the server says of its demo mode; no answer is no demo. It is asked once. */
export const demoStatus = request('GET', 'demo/status').catch(() => NONE);

/** True if this server runs in demo mode; the page's banner is shown then. */
export const demo = demoStatus.then((status) => {
  document.querySelector('[data-demo]').hidden = !status.demo;
  return status.demo === true;
});
