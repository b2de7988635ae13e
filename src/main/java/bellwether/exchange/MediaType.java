package bellwether.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code Content-Type} says (RFC 9110, 8.3.1). Parameters are taken and have no meaning
 * here, except the one for the encoding.
 *
 * @param name type and subtype, in small letters; empty if there is no such header
 * @param charsets what is said of the encoding, in small letters
 */
record MediaType(String name, List<String> charsets) {
  /** Both names of it that the WHATWG Encoding Standard has and people write. */
  private static final List<String> UTF_8 = List.of("utf-8", "utf8");

  MediaType {
    charsets = List.copyOf(charsets);
  }

  /** Reads the header's value, whatever it looks like. */
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

  /** Whether a text of this type is in UTF-8, which is what it is in when nothing is said. */
  boolean isUtf8() {
    return UTF_8.containsAll(charsets);
  }

  private static String small(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
