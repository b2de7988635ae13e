// Where a notification leads. The server checks it; but a row of the table may have come past it.

const ROOT = new URL('../', import.meta.url);

/** Fills a link and shows it, if it leads to a web page; its name says what it belongs to. */
export function showLink(element, link, title) {
  const target = webPage(link);
  element.hidden = !target;
  if (!target) return;
  const isHere = target.origin === location.origin;
  element.href = target.href;
  element.rel = 'noopener noreferrer';
  if (!isHere) element.target = '_blank';
  element.textContent = isHere ? 'Open' : `Open ${target.host} (new tab)`;
  element.setAttribute('aria-label', `${element.textContent}: ${title}`);
}

function webPage(link) {
  if (typeof link !== 'string' || link === '') return undefined;
  try {
    const target = new URL(link, ROOT);
    return ['http:', 'https:'].includes(target.protocol) ? target : undefined;
  } catch {
    return undefined;
  }
}
