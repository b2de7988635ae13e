// The browser's own notifications, for those who asked for them, while nobody looks at the page.

const KEY = 'bellwether.desktop';

/** 'unsupported', 'denied', 'on' or 'off'. */
export function desktopState() {
  // Browsers show them for pages that came over https, or from this machine.
  if (!('Notification' in window) || !window.isSecureContext) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return Notification.permission === 'granted' && isWanted() ? 'on' : 'off';
}

/** Only ever from a click: browsers refuse, and people should not be asked out of the blue. */
export async function allowDesktop() {
  await Notification.requestPermission();
  want(true);
}

export function stopDesktop() {
  want(false);
}

/** With the notification's id as the tag: two tabs that both show it show one. */
export function showOnThisComputer({ id, title, body }) {
  if (!document.hidden || desktopState() !== 'on') return;
  const icon = new URL('../img/bell.svg', import.meta.url).href;
  try {
    const shown = new Notification(title, { body, icon, tag: `bellwether-${id}` });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  } catch {
    // On phones the class is there, but only a service worker may use it.
  }
}

function isWanted() {
  try {
    return localStorage.getItem(KEY) === 'on';
  } catch {
    return false;
  }
}

function want(wanted) {
  try {
    localStorage.setItem(KEY, wanted ? 'on' : 'off');
  } catch {
    // Without storage it stays off, and the page says so.
  }
}
