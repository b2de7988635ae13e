package bellwether.config;

import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from. A system property comes before the environment ({@code
 * bellwether.stock.interval} is {@code BELLWETHER_STOCK_INTERVAL} there), and that before the
 * context parameter.
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

  /** The text of a setting; null when it is set nowhere, or to nothing. */
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
