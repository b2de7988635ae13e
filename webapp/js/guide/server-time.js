// The document's two servers: one that answers and ends, and one that answers and goes on.

import { Bytes } from './bytes.js';
import { EventLog } from './event-log.js';
import './frame.js';
import { Listening } from './listening.js';
import { address } from './server.js';
import { Visits } from './visits.js';

const find = (selector) => document.querySelector(selector);

/** A button that opens and closes. */
function toggle(selector, words, open, close) {
  const button = find(selector);
  let isOpen = false;
  button.addEventListener('click', () => {
    isOpen = !isOpen;
    button.textContent = words[Number(isOpen)];
    (isOpen ? open : close)();
  });
}

// The PHP example.

const php = address('demo/stream.php');
const visits = new Visits(find('[data-visits]'));
const phpBytes = new Bytes(find('[data-php-bytes]'));
const phpLog = new EventLog(find('[data-php-log]'));
const phpSource = new Listening(phpLog, {
  open: () => visits.begin(),
  message: (event) => visits.receive(event),
  error: () => visits.end(),
});

toggle(
  '[data-php]',
  ['Open stream.php', 'Close it'],
  () => {
    visits.clear();
    phpLog.clear();
    phpSource.open(php);
    phpBytes.follow(php);
  },
  () => {
    phpSource.close();
    phpBytes.stop();
    phpLog.note('source.close()');
  },
);

// The Node example.

const node = address('demo/node-events');
const nodeBytes = new Bytes(find('[data-node-bytes]'));
const nodeLog = new EventLog(find('[data-node-log]'));
const nodeSource = new Listening(nodeLog);

toggle(
  '[data-node]',
  ['Open the Node example', 'Close it'],
  () => {
    nodeLog.clear();
    nodeSource.open(node);
    nodeBytes.follow(node);
  },
  () => {
    nodeSource.close();
    nodeBytes.stop();
    nodeLog.note('source.close()');
  },
);
