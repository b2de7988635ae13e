package bellwether.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The media type of a {@code Content-Type} header (RFC 9110, 8.3.1). Parameters are accepted and
 * ignored, except the one for the encoding.
 *
 * @param name type and subtype, in lower case; empty if there is no such header
 * @param charsets the names of the encoding, in lower case
 */
record MediaType(String name, List<String> charsets) {
  /** The accepted names of UTF-8, a subset of those in the WHATWG Encoding Standard. */
  private static final List<String> UTF_8 = List.of("utf-8", "utf8");

  MediaType {
    charsets = List.copyOf(charsets);
  }

  /** Parses the header's value. Never fails. */
  static MediaType parse(@Nullable String header) {
    List<String> parts = HeaderText.split(header == null ? "" : header, ';');
    List<String> charsets = new ArrayList<>();
    for (String parameter : parts.subList(1, parts.size())) {
      String[] words = parameter.split("=", 2);
      if (words.length == 2 && small(words[0]).equals("charset")) {
        charsets.add(small(words[1].replace("\"", "").replace("\\", "")));
      }
    }
    return new MediaType(small(parts.get(0)), charsets);
  }

  /** Returns whether text of this type is UTF-8, which is the default if no encoding is named. */
  boolean isUtf8() {
    return UTF_8.containsAll(charsets);
  }

  private static String small(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
