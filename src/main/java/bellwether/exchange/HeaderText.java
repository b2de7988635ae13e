package bellwether.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Text in header fields. Browsers send {@code Last-Event-ID} as UTF-8; containers give every byte
 * as a character of its own. What goes out is ASCII.
 */
public final class HeaderText {
  private HeaderText() {}

  /** The text that was meant; what is not UTF-8 is left as the container read it. */
  public static String decode(String value) {
    return decodeStrictly(value).orElse(value);
  }

  /** The text that was meant; nothing if it is not UTF-8. */
  public static Optional<String> decodeStrictly(String value) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1)))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** What stands between separators that are not in quotes; at least one text. */
  public static List<String> split(String header, char separator) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    boolean isQuoted = false;
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      if (isQuoted && c == '\\') {
        i++; // the next is only itself
      } else if (c == '"') {
        isQuoted = !isQuoted;
      } else if (c == separator && !isQuoted) {
        parts.add(header.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(header.substring(start));
    return parts;
  }
}
