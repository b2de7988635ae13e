// Buttons that copy the code beside them.

const SAID_MILLISECONDS = 2000;

const said = document.querySelector('[data-said]');

for (const button of document.querySelectorAll('[data-copy]')) {
  const code = document.getElementById(button.dataset.copy);
  const name = document.getElementById(`${code.id}-title`).textContent;
  button.setAttribute('aria-label', `Copy: ${name}`);
  button.hidden = !navigator.clipboard; // Browsers have it on https and on this machine only.
  button.addEventListener('click', () => copy(button, code.innerText));
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    tell(button, 'Copied');
  } catch {
    tell(button, 'Not allowed');
  }
}

function tell(button, text) {
  button.textContent = text;
  said.textContent = text;
  setTimeout(() => {
    button.textContent = 'Copy';
    said.textContent = '';
  }, SAID_MILLISECONDS);
}
