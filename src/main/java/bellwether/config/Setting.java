package bellwether.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A setting: its key, the values that it takes, its default, and its meaning. The settings page of
 * the documentation is made from these texts.
 *
 * @param <T> the type that its text is read as
 */
public final class Setting<T> {
  /** Reads the text of a setting. */
  private interface Reading<T> {
    /** Returns the value, or null if the text is not one of the allowed values. */
    @Nullable T of(String text);
  }

  private final String key;
  private final String values;
  private final String initially;
  private final String meaning;
  private final Reading<T> reading;
  private final String demand; // the message for a wrong value

  private Setting(
      String key,
      String values,
      String initially,
      String meaning,
      String demand,
      Reading<T> reading) {
    this.key = key;
    this.values = values;
    this.initially = initially;
    this.meaning = meaning;
    this.demand = demand;
    this.reading = reading;
  }

  /** Creates a switch: true or false. */
  static Setting<Boolean> flag(String key, boolean initially, String meaning) {
    return new Setting<>(
        key,
        "`true` or `false`",
        code(Boolean.toString(initially)),
        meaning,
        "must be true or false",
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> null;
            });
  }

  /** Creates a whole number within limits. */
  static Setting<Long> number(String key, String initially, long min, long max, String meaning) {
    String values =
        max == Long.MAX_VALUE ? grouped(min) + " or more" : grouped(min) + " to " + grouped(max);
    return new Setting<>(
        key,
        values,
        initially,
        meaning,
        "must be a number from " + min + " to " + max,
        text -> {
          try {
            long number = Long.parseLong(text);
            return number >= min && number <= max ? number : null;
          } catch (NumberFormatException e) {
            return null;
          }
        });
  }

  /** Creates a size in bytes within limits, such as 64KiB. */
  static Setting<Long> size(String key, String initially, long min, long max, String meaning) {
    return new Setting<>(
        key,
        Sizes.show(min) + " to " + Sizes.show(max),
        initially,
        meaning,
        "must be a size such as 64KiB or 1MiB, from " + min + " to " + max + " bytes",
        text -> {
          Long size = Sizes.parse(text);
          return size != null && size >= min && size <= max ? size : null;
        });
  }

  /** Creates a duration within limits, such as 250ms. */
  static Setting<Duration> duration(
      String key, String initially, String min, String max, String meaning) {
    Duration least = parsed(min);
    Duration most = parsed(max);
    return new Setting<>(
        key,
        min + " to " + max,
        initially,
        meaning,
        "must be " + Durations.EXAMPLES + ", from " + min + " to " + max,
        text -> {
          Duration duration = Durations.parse(text);
          return duration == null || duration.compareTo(least) < 0 || duration.compareTo(most) > 0
              ? null
              : duration;
        });
  }

  /** Creates a setting that takes any text. */
  static Setting<String> text(String key, String values, String initially, String meaning) {
    return text(key, values, initially, meaning, "must be a text", text -> true);
  }

  /**
   * Creates a setting that takes a text of some form.
   *
   * @param demand the message for a text of another form, after the key
   */
  static Setting<String> text(
      String key,
      String values,
      String initially,
      String meaning,
      String demand,
      Predicate<String> isValid) {
    return new Setting<>(
        key, values, initially, meaning, demand, text -> isValid.test(text) ? text : null);
  }

  /** Creates a list of words, separated by spaces. */
  static Setting<List<String>> words(String key, String values, String meaning) {
    return words(key, values, meaning, "must be words", word -> true);
  }

  /** Creates a list of words of some form, separated by spaces. */
  static Setting<List<String>> words(
      String key, String values, String meaning, String demand, Predicate<String> isValid) {
    return new Setting<>(
        key,
        values,
        "none",
        meaning,
        demand,
        text -> {
          List<String> words = List.of(text.split("\\s+"));
          return words.stream().allMatch(isValid) ? words : null;
        });
  }

  /** Creates the path of a file or of a directory, which need not exist. */
  static Setting<Path> path(String key, String what, String initially, String meaning) {
    return new Setting<>(
        key,
        "a path",
        initially,
        meaning,
        "must be the path of a " + what,
        text -> {
          try {
            return Path.of(text).toAbsolutePath();
          } catch (InvalidPathException e) {
            return null;
          }
        });
  }

  /** Creates a URL of some form. */
  static Setting<URI> url(
      String key,
      String values,
      String initially,
      String meaning,
      String demand,
      Predicate<URI> isValid) {
    return new Setting<>(
        key,
        values,
        initially,
        meaning,
        demand,
        text -> {
          try {
            URI url = new URI(text);
            return isValid.test(url) ? url : null;
          } catch (URISyntaxException e) {
            return null;
          }
        });
  }

  /** Returns the key, such as {@code bellwether.heartbeat}. */
  public String key() {
    return key;
  }

  /**
   * Returns the setting's row in a Markdown table: key, default, meaning, and the values that it
   * takes.
   */
  String row() {
    return "| " + String.join(" | ", code(key), initially, meaning, values) + " |";
  }

  /**
   * Reads the setting; returns null if it is set nowhere.
   *
   * @throws SettingsException if it is set to a value that it does not take
   */
  @Nullable T in(Source source) {
    String text = source.text(key);
    if (text == null) {
      return null;
    }
    T value = reading.of(text);
    if (value == null) {
      throw new SettingsException(key, demand);
    }
    return value;
  }

  /** Reads the setting, or returns another value if it is set nowhere. */
  T in(Source source, T otherwise) {
    T value = in(source);
    return value == null ? otherwise : value;
  }

  /**
   * Reads the setting, or returns the default that the table shows; only for a default that is a
   * value by itself.
   */
  T orDefault(Source source) {
    T value = in(source);
    if (value == null) {
      value = reading.of(initially.replace("`", ""));
    }
    if (value == null) {
      throw new IllegalStateException(key + " has no default by itself");
    }
    return value;
  }

  private static Duration parsed(String text) {
    Duration duration = Durations.parse(text);
    if (duration == null) {
      throw new IllegalArgumentException(text);
    }
    return duration;
  }

  private static String code(String text) {
    return '`' + text + '`';
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
