// How much a notification matters: a shape and a word for each, so that colour need not tell.

const SVG = 'http://www.w3.org/2000/svg';

const SEVERITIES = {
  info: { word: 'Info', shape: 'M12 3a9 9 0 1 0 .01 0z', mark: 'M12 11v5M12 8v.01' },
  success: {
    word: 'Success',
    shape: 'M6 4h12q2 0 2 2v12q0 2-2 2H6q-2 0-2-2V6q0-2 2-2z',
    mark: 'M8 12.300l2.800 2.800L16 9.300',
  },
  warning: { word: 'Warning', shape: 'M12 3.200 22 20.500H2z', mark: 'M12 10v4.500M12 17.400v.01' },
  critical: {
    word: 'Critical',
    shape: 'M8.300 3h7.400L21 8.300v7.400L15.700 21H8.300L3 15.700V8.300z',
    mark: 'M9 9l6 6M15 9l-6 6',
  },
};

/** Its word; of one that this page has never heard of, the server's own. */
export const severityWord = (severity) => SEVERITIES[severity]?.word ?? String(severity);

/** Puts the shape into an element; the word has to stand beside it. */
export function showSeverity(element, severity) {
  const { shape, mark } = SEVERITIES[severity] ?? SEVERITIES.info;
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(path(shape, 'shape'), path(mark, 'mark'));
  element.dataset.sign = severity;
  element.replaceChildren(svg);
}

function path(lines, name) {
  const element = document.createElementNS(SVG, 'path');
  element.setAttribute('d', lines);
  element.setAttribute('class', name);
  return element;
}
