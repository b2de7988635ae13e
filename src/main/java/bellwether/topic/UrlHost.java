package bellwether.topic;

import java.net.IDN;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Parses hosts and writes them as browsers do (WHATWG URL, section 3), with two exceptions:
 * international names are those of IDNA 2003, which Java knows, and numeric addresses stay as they
 * were written.
 */
final class UrlHost {
  private static final Pattern FORBIDDEN = Pattern.compile("[\\x00 #/:<>?@\\[\\\\\\]^|]");
  private static final Pattern FORBIDDEN_IN_DOMAIN = Pattern.compile("[\\x00-\\x1f%\\x7f]");
  private static final Pattern DOT = Pattern.compile("[.\\u3002\\uFF0E\\uFF61]");
  private static final Pattern ADDRESS = Pattern.compile("\\[[0-9A-Fa-f:.]+\\]");

  private UrlHost() {}

  /** Returns the host of a URL, or null if the text cannot be one. */
  static @Nullable String parse(String text, boolean isSpecial) {
    if (text.startsWith("[")) {
      return ADDRESS.matcher(text).matches() ? text.toLowerCase(Locale.ROOT) : null;
    }
    if (isSpecial) {
      return domain(text);
    }
    return FORBIDDEN.matcher(text).find() ? null : PercentEncoding.CONTROL.encode(text);
  }

  /** Returns a domain name, or a piece of one; null if the text cannot be one. */
  static @Nullable String domain(String text) {
    try {
      String name = text.indexOf('%') < 0 ? text : decoded(text);
      String ascii = isAscii(name) ? name.toLowerCase(Locale.ROOT) : toAscii(name);
      boolean isForbidden =
          ascii.isEmpty()
              || FORBIDDEN.matcher(ascii).find()
              || FORBIDDEN_IN_DOMAIN.matcher(ascii).find();
      return isForbidden ? null : ascii;
    } catch (IllegalArgumentException e) { // the percent sign or the name is not valid
      return null;
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String toAscii(String name) {
    return Stream.of(DOT.split(name, -1))
        .map(label -> isAscii(label) ? label : IDN.toASCII(label, IDN.ALLOW_UNASSIGNED))
        .collect(Collectors.joining("."))
        .toLowerCase(Locale.ROOT);
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }
}
