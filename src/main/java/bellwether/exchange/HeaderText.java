package bellwether.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads text from header fields. Browsers send {@code Last-Event-ID} as UTF-8, but containers
 * return each byte as one character. The headers that this application sends are ASCII.
 */
public final class HeaderText {
  private HeaderText() {}

  /** Decodes the value as UTF-8, or returns it as the container read it if it is not UTF-8. */
  public static String decode(String value) {
    return decodeStrictly(value).orElse(value);
  }

  /** Decodes the value as UTF-8; empty if it is not UTF-8. */
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

  /** Splits a header at each separator that is not in quotes. The list has at least one element. */
  public static List<String> split(String header, char separator) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    boolean isQuoted = false;
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      if (isQuoted && c == '\\') {
        i++; // an escaped character stands for itself
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
