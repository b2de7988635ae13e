package bellwether.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from, and how their texts are read. A system property comes before the
 * environment ({@code bellwether.stock.interval} is {@code BELLWETHER_STOCK_INTERVAL} there), and
 * that before the context parameter.
 */
final class Source {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(B|KiB|MiB|GiB)?");

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

  String text(String key, String otherwise) {
    String value = text(key);
    return value == null ? otherwise : value;
  }

  /** The words of a list, separated by spaces; empty when it is set nowhere. */
  List<String> words(String key) {
    return Stream.of(text(key, "").split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }

  boolean flag(String key, boolean otherwise) {
    return switch (text(key, Boolean.toString(otherwise))) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new SettingsException(key, "must be true or false");
    };
  }

  long number(String key, long otherwise, long least, long most) {
    String value = text(key);
    if (value == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, with the range.
    }
    throw new SettingsException(key, "must be a number from " + least + " to " + most);
  }

  Duration duration(String key, Duration otherwise, Duration least, Duration most) {
    String value = text(key);
    if (value == null) {
      return otherwise;
    }
    Duration duration = Durations.parse(value);
    if (duration != null && duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
      return duration;
    }
    throw new SettingsException(
        key, "must be " + Durations.EXAMPLES + ", from " + show(least) + " to " + show(most));
  }

  long size(String key, long otherwise, long least, long most) {
    String value = text(key);
    if (value == null) {
      return otherwise;
    }
    Matcher matcher = SIZE.matcher(value);
    if (matcher.matches()) {
      String unit = matcher.group(2) == null ? "B" : matcher.group(2);
      long size = Long.parseLong(matcher.group(1)) << shift(unit);
      if (size >= least && size <= most) {
        return size;
      }
    }
    throw new SettingsException(
        key, "must be a size such as 64KiB or 1MiB, from " + least + " to " + most + " bytes");
  }

  private static int shift(String unit) {
    return switch (unit) {
      case "KiB" -> 10;
      case "MiB" -> 20;
      case "GiB" -> 30;
      default -> 0;
    };
  }

  private static String show(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
