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
 * The fields of an {@code application/x-www-form-urlencoded} text: a body, or a query string. The
 * servlet API's parameters mix the two, and of a text that is not well-formed Tomcat drops what it
 * cannot read: a stream of one topic would become one of all topics.
 */
public final class Form {
  private static final int MAX_FIELDS = 1000;

  /** What Jetty puts for raw bytes that are no UTF-8; who means it, percent-encodes it. */
  private static final char REPLACEMENT = '\ufffd';

  private final Map<String, List<String>> fields = new LinkedHashMap<>();

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException for a percent sign without two hexadecimal digits, for what is
   *     no UTF-8, or for too many fields
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
   * The fields of the request's query string. Over HTTP/1.1 containers read its raw bytes as UTF-8;
   * over HTTP/2 they give each as a character of its own, as those of header fields.
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

  /** The fields of both, those of this one first. */
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
   * The value of a field that may be given once; null when it is absent.
   *
   * @throws IllegalArgumentException when it is given more often
   */
  public @Nullable String one(String name) {
    List<String> values = all(name);
    if (values.size() > 1) {
      throw new IllegalArgumentException(name + " is given more than once");
    }
    return values.isEmpty() ? null : values.get(0);
  }
}
