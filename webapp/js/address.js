// What the page shows, in its address: so a reload and a link show the same.

const parameters = () => new URL(location.href).searchParams;

export const inAddress = (name) => parameters().get(name) ?? '';

/** Writes it without a new step of the browser's history; an empty value is left out. */
export function keepInAddress(name, value) {
  if (inAddress(name) !== value) history.replaceState(history.state, '', withParameter(name, value));
}

/** The page's address with this parameter, or without it if the value is empty. */
export function withParameter(name, value) {
  const address = new URL(location.href);
  if (value) address.searchParams.set(name, value);
  else address.searchParams.delete(name);
  return address;
}
