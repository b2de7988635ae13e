// Topics that are made of a parent and a name, as the URI template `parent/{name}` expands: five
// characters that encodeURIComponent leaves as they are are encoded there, too (RFC 3986, 2.2).

const RESERVED = /[!'()*]/g;
const encoded = (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

export const topicBelow = (parent, name) =>
  `${parent}/${encodeURIComponent(name).replace(RESERVED, encoded)}`;
