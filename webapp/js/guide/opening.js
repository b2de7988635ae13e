// Opening a stream: what comes, what an EventSource makes of it, and where readyState is.

import { Bytes } from './bytes.js';
import { EventLog, readyStateOf } from './event-log.js';
import './frame.js';
import { Listening } from './listening.js';
import { address, eventsOf } from './server.js';

const find = (selector) => document.querySelector(selector);

const bytes = new Bytes(find('[data-bytes]'));
const log = new EventLog(find('[data-log]'));
const listening = new Listening(log, { open: showState, error: showState });
const clock = eventsOf('clock');

function showState() {
  find('[data-state]').textContent = `source.readyState is ${readyStateOf(listening.source)}`;
}

function showButtons(isOpen) {
  find('[data-open]').disabled = isOpen;
  find('[data-close]').disabled = !isOpen;
}

find('[data-open]').addEventListener('click', () => {
  log.clear();
  log.note(`new EventSource('${clock.pathname}${clock.search}')`);
  listening.open(clock);
  bytes.follow(clock);
  showState();
  showButtons(true);
  find('[data-close]').focus();
});

find('[data-close]').addEventListener('click', () => {
  listening.close();
  bytes.stop();
  log.note('source.close()');
  showState();
  showButtons(false);
  find('[data-open]').focus();
});

// Both handlers of the document's example, on a stream that fails.

const REFUSED = 'Refused: the browser has given up, and only the source knew it.';
const CUT = 'Cut: the browser was coming back by itself. The page closed the source here.';

function fail(path) {
  const source = new EventSource(address(path));
  source.addEventListener('error', (e) => {
    find('[data-on-event]').textContent = String(e.readyState);
    find('[data-event-says]').textContent = yesOrNo(e.readyState == EventSource.CLOSED);
  });
  source.addEventListener('error', () => {
    const isClosed = source.readyState === EventSource.CLOSED;
    find('[data-on-source]').textContent = readyStateOf(source);
    find('[data-source-says]').textContent = yesOrNo(isClosed);
    find('[data-verdict]').textContent = isClosed ? REFUSED : CUT;
    source.close();
  });
}

const yesOrNo = (condition) => (condition ? 'yes' : 'no');

find('[data-refused]').addEventListener('click', () => fail('demo/raw?type=text/plain&text=no'));
find('[data-cut]').addEventListener('click', () => {
  fail(`demo/raw?${new URLSearchParams({ text: 'data: hello\n\n' })}`);
});
