package bellwether.trial;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP/1.1 request: its first line and its header fields.
 *
 * @param fields as they came, without the line ends
 */
record RequestHead(String method, String target, List<String> fields) {
  private static final int MAX = 64 << 10; // bytes
  private static final Pattern LOOPBACK =
      Pattern.compile("(?i)(localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1\\])(?::[0-9]{1,5})?");

  /**
   * Reads a head, and nothing after it; returns null if the client leaves without one.
   *
   * @throws IOException if it is none, or too long
   */
  static @Nullable RequestHead read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int matched = 0; // of the empty line at the end
    while (matched < 4) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      bytes.write(next);
      if (bytes.size() > MAX) {
        throw new IOException("too long a head");
      }
      boolean isNext = next == (matched % 2 == 0 ? '\r' : '\n');
      matched = isNext ? matched + 1 : next == '\r' ? 1 : 0;
    }
    List<String> lines =
        bytes.toString(ISO_8859_1).lines().filter(line -> !line.isEmpty()).toList();
    String[] first = lines.isEmpty() ? new String[0] : lines.get(0).split(" ", -1);
    if (first.length != 3 || !first[2].equals("HTTP/1.1")) {
      throw new IOException("no request of HTTP/1.1");
    }
    return new RequestHead(first[0], first[1], List.copyOf(lines.subList(1, lines.size())));
  }

  String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** Returns the value of a query parameter; null if there is none. */
  @Nullable String parameter(String name) {
    int query = target.indexOf('?');
    String pairs = query < 0 ? "" : target.substring(query + 1);
    for (String pair : pairs.split("&", -1)) {
      if (pair.startsWith(name + '=')) {
        return URLDecoder.decode(pair.substring(name.length() + 1), UTF_8);
      }
    }
    return null;
  }

  /** Returns the value of a header field, the first if there are several; null if there is none. */
  @Nullable String field(String name) {
    for (String field : fields) {
      int colon = field.indexOf(':');
      if (colon > 0 && field.substring(0, colon).equalsIgnoreCase(name)) {
        return field.substring(colon + 1).strip();
      }
    }
    return null;
  }

  /**
   * Returns whether the request is from this machine, and not from another site's page that the
   * browser shows here: its {@code Host} and its {@code Origin} would show that.
   */
  boolean isOwn() {
    String host = field("Host");
    String origin = field("Origin");
    return host != null
        && LOOPBACK.matcher(host).matches()
        && (origin == null || origin.equalsIgnoreCase("http://" + host))
        && !"cross-site".equals(field("Sec-Fetch-Site"));
  }

  boolean isForStream() {
    String accept = field("Accept");
    return accept != null && accept.contains("text/event-stream");
  }

  /** Returns the head for a node, which closes the connection after its answer. */
  byte[] forNode() {
    List<String> lines = new ArrayList<>();
    lines.add(method + ' ' + target + " HTTP/1.1");
    for (String field : fields) {
      String name = field.substring(0, Math.max(0, field.indexOf(':')));
      if (!name.equalsIgnoreCase("Connection") && !name.equalsIgnoreCase("Keep-Alive")) {
        lines.add(field);
      }
    }
    lines.add("Connection: close");
    return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(ISO_8859_1);
  }
}
