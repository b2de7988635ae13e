// Who looks at the pages: a user by name, or nobody in particular. This is no sign-in; the server
// decides what it tells to whom.

const KEY = 'bellwether.user';
const USER = /^(?=.{1,255}$)[^\p{C}\p{Z}](?:[^\p{C}\p{Zl}\p{Zp}]*[^\p{C}\p{Z}])?$/u;

/** The address says it, else what was said last in this tab, else in this browser. */
export function readerOfThisPage() {
  const told = new URLSearchParams(location.search).get('user');
  const said = told ?? kept('session') ?? kept('local') ?? '';
  const user = USER.test(said) ? said : '';
  if (told !== null) rememberReader(user);
  return user;
}

/** Lets the other pages know, too. */
export function rememberReader(user) {
  for (const where of ['session', 'local']) {
    try {
      window[`${where}Storage`].setItem(KEY, user);
    } catch {
      // A browser that keeps nothing for us: the address still says it.
    }
  }
}

function kept(where) {
  try {
    return window[`${where}Storage`].getItem(KEY);
  } catch {
    return null;
  }
}
