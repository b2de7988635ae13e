// How many bytes a request and the head of its answer take on the wire. A page sees neither as they
// are, so the request is written out anew, as this browser writes it, and counted.

const utf8 = new TextEncoder();

export const bytesOf = (text) => utf8.encode(text).length;

/** The head of a GET, about as this browser sends it. `headers` are those that the page adds. */
export function requestHead(url, headers, isEventSource = false) {
  const { host, pathname, search } = new URL(url);
  const lines = {
    Host: host,
    Connection: 'keep-alive',
    ...clientHints(),
    'User-Agent': navigator.userAgent,
    ...headers,
    ...(isEventSource && { 'Cache-Control': 'no-cache' }),
    'Sec-Fetch-Site': 'same-origin',
    'Sec-Fetch-Mode': 'cors',
    'Sec-Fetch-Dest': 'empty',
    Referer: location.href,
    'Accept-Encoding': 'gzip, deflate, br, zstd',
    'Accept-Language': acceptLanguage(),
    ...(document.cookie && { Cookie: document.cookie }),
  };
  return head(`GET ${pathname}${search} HTTP/1.1`, Object.entries(lines));
}

/** The head of an answer, of the headers that it shows. */
export function answerHead(response) {
  return head(`HTTP/1.1 ${response.status} ${response.statusText}`, [...response.headers]);
}

function head(first, headers) {
  return [first, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
}

/** What Chromium says of itself besides its name. */
function clientHints() {
  const data = navigator.userAgentData;
  if (!data) return {};
  const brands = data.brands.map(({ brand, version }) => `"${brand}";v="${version}"`);
  return {
    'sec-ch-ua-platform': `"${data.platform}"`,
    'sec-ch-ua': brands.join(', '),
    'sec-ch-ua-mobile': data.mobile ? '?1' : '?0',
  };
}

function acceptLanguage() {
  const [first, ...others] = navigator.languages;
  return [first, ...others.map((language, i) => `${language};q=0.${9 - Math.min(i, 8)}`)].join(',');
}
