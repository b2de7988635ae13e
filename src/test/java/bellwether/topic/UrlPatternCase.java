package bellwether.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Objects;

/**
 * A line of {@code hub/url-patterns.txt}.
 *
 * @param topic a dash where the pattern is none
 * @param verdict {@code yes}, {@code no}, or {@code refused} for no pattern
 * @param browsers what they say
 */
public record UrlPatternCase(String pattern, String topic, String verdict, String browsers) {
  /** What is relative is resolved against it. */
  public static final URI BASE = URI.create("https://hub.example/.well-known/mercure");

  public static List<UrlPatternCase> all() {
    try (InputStream file = UrlPatternCase.class.getResourceAsStream("/hub/url-patterns.txt")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("# "))
          .map(line -> of(line.split(" {2,}", -1)))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static UrlPatternCase of(String[] columns) {
    String browsers = columns.length > 3 ? columns[3] : columns[2];
    return new UrlPatternCase(columns[0], columns[1], columns[2], browsers);
  }

  /** What our filter says. */
  String ours() {
    try {
      TopicFilter filter = TopicFilter.urlPattern(pattern, BASE);
      return filter.matches(new Topic(topic)) ? "yes" : "no";
    } catch (IllegalArgumentException e) {
      return "refused";
    }
  }
}
