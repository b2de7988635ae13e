package bellwether.config;

import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sources of settings, in order of precedence: system properties, the environment ({@code
 * BELLWETHER_STOCK_INTERVAL} for {@code bellwether.stock.interval}), context parameters.
 */
final class Source {
  private final Function<String, @Nullable String> systemProperties;
  private final Function<String, @Nullable String> environment;
  private final Function<String, @Nullable String> contextParameters;

  Source(
      Function<String, @Nullable String> systemProperties,
      Function<String, @Nullable String> environment,
      Function<String, @Nullable String> contextParameters) {
    this.systemProperties = systemProperties;
    this.environment = environment;
    this.contextParameters = contextParameters;
  }

  /** Returns the text of a setting; null if it is set nowhere, or to an empty text. */
  @Nullable String text(String key) {
    String value = systemProperties.apply(key);
    if (value == null) {
      value = environment.apply(key.toUpperCase(Locale.ROOT).replace('.', '_'));
    }
    if (value == null) {
      value = contextParameters.apply(key);
    }
    return value == null || value.isBlank() ? null : value.strip();
  }
}
