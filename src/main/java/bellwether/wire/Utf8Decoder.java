package bellwether.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Decodes UTF-8 as browsers do: the decoder of the WHATWG Encoding Standard, error mode
 * "replacement".
 *
 * <p>Java's own decoder replaces malformed bytes too, but not always by the same number of U+FFFD:
 * it makes one of an encoded surrogate where a browser makes three.
 *
 * @see <a href="https://encoding.spec.whatwg.org/#utf-8-decoder">WHATWG Encoding, UTF-8 decoder</a>
 */
final class Utf8Decoder {
  private static final int REPLACEMENT = 0xFFFD;

  private Utf8Decoder() {}

  /** Returns the text of the bytes from {@code from} to before {@code to}. A BOM is kept. */
  static String decode(byte[] bytes, int from, int to) {
    if (isAscii(bytes, from, to)) {
      return new String(bytes, from, to - from, US_ASCII);
    }
    StringBuilder text = new StringBuilder(to - from);
    int next = from;
    while (next < to) {
      int lead = bytes[next++] & 0xFF;
      if (lead < 0x80) {
        text.append((char) lead);
        continue;
      }
      int missing = continuationsAfter(lead);
      int codePoint = lead & (0x3F >> missing);
      // The second byte's bounds rule out overlong forms, surrogates, and what is past U+10FFFF.
      int lower = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
      int upper = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
      boolean valid = missing > 0;
      while (valid && missing > 0) {
        int continuation = next < to ? bytes[next] & 0xFF : -1;
        valid = lower <= continuation && continuation <= upper;
        if (valid) { // otherwise the byte is not part of this sequence, and is read again
          codePoint = (codePoint << 6) | (continuation & 0x3F);
          next++;
          missing--;
        }
        lower = 0x80;
        upper = 0xBF;
      }
      text.appendCodePoint(valid ? codePoint : REPLACEMENT);
    }
    return text.toString();
  }

  private static boolean isAscii(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns how many bytes must follow {@code lead}; 0 if no sequence starts with it. */
  private static int continuationsAfter(int lead) {
    if (lead < 0xC2 || lead > 0xF4) {
      return 0;
    }
    return lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  }
}
