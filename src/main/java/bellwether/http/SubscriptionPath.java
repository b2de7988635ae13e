package bellwether.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Where subscriptions are told of: a path below the hub's, relative to the application, each part
 * percent-encoded once. It is read off the request as it was sent: containers would take an encoded
 * slash, of which topics have many, for one between two parts.
 */
final class SubscriptionPath {
  static final String ROOT = HubUrl.PATH + "/subscriptions";

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String UNRESERVED = "-._~"; // RFC 3986, besides letters and digits

  private SubscriptionPath() {}

  static String of(List<String> parts) {
    StringBuilder path = new StringBuilder(ROOT);
    for (String part : parts) {
      path.append('/');
      encode(part, path);
    }
    return path.toString();
  }

  /**
   * The parts of the request's path behind the root.
   *
   * @throws HttpProblem if it is not such a path
   */
  static List<String> parts(HttpServletRequest request) {
    String path = request.getRequestURI().substring(request.getContextPath().length());
    if (path.equals(ROOT)) {
      return List.of();
    }
    if (!path.startsWith(ROOT + '/')) {
      throw HttpProblem.nothingHere();
    }
    List<String> parts = new ArrayList<>();
    for (String part : path.substring(ROOT.length() + 1).split("/", -1)) {
      if (part.isEmpty()) {
        throw HttpProblem.nothingHere();
      }
      parts.add(Input.valid(() -> decode(part)));
    }
    return parts;
  }

  private static void encode(String part, StringBuilder out) {
    for (byte octet : part.getBytes(UTF_8)) {
      char c = (char) (octet & 0xff);
      boolean isPlain = (c < 128 && Character.isLetterOrDigit(c)) || UNRESERVED.indexOf(c) >= 0;
      if (isPlain) {
        out.append(c);
      } else {
        out.append('%').append(HEX.toHexDigits(octet));
      }
    }
  }

  private static String decode(String part) {
    ByteBuffer octets = ByteBuffer.allocate(part.length() * 3);
    for (int i = 0; i < part.length(); i++) {
      if (part.charAt(i) == '%') {
        octets.put(octet(part, i + 1));
        i += 2;
      } else {
        octets.put(part.substring(i, i + 1).getBytes(UTF_8));
      }
    }
    try {
      return UTF_8.newDecoder().decode(octets.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the path is not in UTF-8", e);
    }
  }

  private static byte octet(String part, int at) {
    try {
      return (byte) HexFormat.fromHexDigits(part, at, at + 2);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "a percent sign has to be followed by two hexadecimal digits", e);
    }
  }
}
