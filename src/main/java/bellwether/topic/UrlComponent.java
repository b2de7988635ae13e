package bellwether.topic;

/** The parts of a URL, in the words of the browsers' {@code URL}. */
enum UrlComponent {
  PROTOCOL,
  USERNAME,
  PASSWORD,
  HOSTNAME,
  PORT,
  PATHNAME,
  SEARCH,
  HASH
}
