package bellwether.topic;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The characters that a part of a URL must have percent-encoded (WHATWG URL, section 1.3). */
enum PercentEncoding {
  /** Encodes hosts and paths of schemes that the standard does not treat specially. */
  CONTROL(""),
  FRAGMENT(" \"<>`"),
  QUERY(" \"#<>"),
  SPECIAL_QUERY(" \"#<>'"),
  PATH(" \"#<>?^`{}"),
  USER_INFO(" \"#<>?^`{}/:;=@[\\]|");

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final String encoded; // besides controls and characters beyond ASCII

  PercentEncoding(String encoded) {
    this.encoded = encoded;
  }

  String encode(String text) {
    if (text.chars().noneMatch(this::isEncoded)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (isEncoded(octet & 0xff)) {
        out.append('%').append(HEX.toHexDigits(octet));
      } else {
        out.append((char) octet);
      }
    }
    return out.toString();
  }

  private boolean isEncoded(int c) {
    return c < ' ' || c > '~' || encoded.indexOf(c) >= 0;
  }
}
