package bellwether.exchange;

import bellwether.wire.UriText;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an {@code application/x-www-form-urlencoded} text: a body or a query string. The
 * servlet API's own parameters do not serve here: they mix the two, and Tomcat drops what it cannot
 * decode, so a stream of one topic would become a stream of all topics.
 */
public final class Form {
  private static final int MAX_FIELDS = 1000;

  /**
   * The character that Jetty puts in place of raw bytes that are not UTF-8. A client that means
   * this character percent-encodes it.
   */
  private static final char REPLACEMENT = '\ufffd';

  private final Map<String, List<String>> fields = new LinkedHashMap<>();

  /**
   * Parses a form.
   *
   * @throws IllegalArgumentException for a percent sign without two hexadecimal digits, for bytes
   *     that are not UTF-8, or for too many fields
   */
  public Form(String text) {
    String[] pairs = text.isEmpty() ? new String[0] : text.split("&", MAX_FIELDS + 2);
    if (pairs.length > MAX_FIELDS) {
      throw new IllegalArgumentException("more than " + MAX_FIELDS + " form fields");
    }
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      String name = UriText.decodeForm(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : UriText.decodeForm(pair.substring(equals + 1));
      fields.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }
  }

  /**
   * Returns the fields of the request's query string. Over HTTP/1.1 containers read its raw bytes
   * as UTF-8; over HTTP/2 they give each byte as a character of its own, as in header fields.
   */
  public static Form ofQuery(HttpServletRequest request) {
    String query = request.getQueryString();
    if (query == null) {
      return new Form("");
    }
    boolean isOfBytes = request.getProtocol().startsWith("HTTP/2") && isOfBytes(query);
    Optional<String> text = isOfBytes ? HeaderText.decodeStrictly(query) : Optional.of(query);
    return new Form(
        text.filter(read -> read.indexOf(REPLACEMENT) < 0)
            .orElseThrow(() -> new IllegalArgumentException("the query is not well-formed UTF-8")));
  }

  private static boolean isOfBytes(String text) {
    return text.chars().allMatch(c -> c <= 0xff);
  }

  /** Returns the fields of both forms, those of this one first. */
  public Form and(Form other) {
    Form both = new Form("");
    fields.forEach((name, values) -> both.fields.put(name, new ArrayList<>(values)));
    other.fields.forEach(
        (name, values) -> both.fields.computeIfAbsent(name, n -> new ArrayList<>()).addAll(values));
    return both;
  }

  public Set<String> names() {
    return fields.keySet();
  }

  public boolean has(String name) {
    return fields.containsKey(name);
  }

  public List<String> all(String name) {
    return fields.getOrDefault(name, List.of());
  }

  /**
   * Returns the value of a field that may be given once, or null if it is absent.
   *
   * @throws IllegalArgumentException if it is given more than once
   */
  public @Nullable String one(String name) {
    List<String> values = all(name);
    if (values.size() > 1) {
      throw new IllegalArgumentException(name + " is given more than once");
    }
    return values.isEmpty() ? null : values.get(0);
  }
}
