package bellwether.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;

/**
 * Percent-encodes and decodes text as a part of a URI (RFC 3986, 2.1). The encoded text is what a
 * simple expression of a URI template, such as <code>{user}</code>, expands to (RFC 6570, 3.2.2).
 */
public final class UriText {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String UNRESERVED = "-._~"; // besides letters and digits

  private UriText() {}

  /**
   * Encodes each byte of the text's UTF-8 that is not a letter, a digit, or one of {@code -._~}.
   */
  public static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (byte octet : text.getBytes(UTF_8)) {
      char c = (char) (octet & 0xff);
      if (isUnreserved(c)) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX.toHexDigits(octet));
      }
    }
    return encoded.toString();
  }

  /**
   * Decodes percent-encoded text; other characters stand for themselves.
   *
   * @throws IllegalArgumentException if it is malformed or not UTF-8; the message is fit for an API
   *     user
   */
  public static String decode(String text) {
    if (text.indexOf('%') < 0 && PlainText.isWellFormed(text)) {
      return text;
    }
    try {
      ByteBuffer in = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      ByteBuffer out = ByteBuffer.allocate(in.remaining());
      while (in.hasRemaining()) {
        byte octet = in.get();
        out.put(octet == '%' ? encoded(in) : octet);
      }
      return UTF_8.newDecoder().decode(out.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("what is percent-encoded is not well-formed UTF-8", e);
    }
  }

  /**
   * Decodes text of a form or a query ({@code application/x-www-form-urlencoded}), where a plus
   * stands for a space.
   *
   * @throws IllegalArgumentException as {@link #decode}
   */
  public static String decodeForm(String text) {
    return decode(text.replace('+', ' '));
  }

  private static byte encoded(ByteBuffer digits) {
    int high = digits.hasRemaining() ? digitOf(digits.get()) : -1;
    int low = digits.hasRemaining() ? digitOf(digits.get()) : -1;
    if (high < 0 || low < 0) {
      throw new IllegalArgumentException(
          "a percent sign has to be followed by two hexadecimal digits");
    }
    return (byte) (high << 4 | low);
  }

  private static int digitOf(byte c) {
    return c < 0 ? -1 : Character.digit(c, 16);
  }

  private static boolean isUnreserved(char c) {
    return c < 128 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
  }
}
