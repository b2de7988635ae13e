package bellwether.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Text in header fields. Browsers send {@code Last-Event-ID} as UTF-8; containers give every byte
 * as a character of its own. What goes out is ASCII.
 */
final class HeaderText {
  private HeaderText() {}

  /** The text that was meant; what is not UTF-8 is left as the container read it. */
  static String decode(String value) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException e) {
      return value;
    }
  }
}
