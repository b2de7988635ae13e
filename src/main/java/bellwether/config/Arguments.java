package bellwether.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The words of a command line, sorted: options such as {@code --port 8080} or {@code --port=8080},
 * and other words. The server and each of its tools use it.
 */
public final class Arguments {
  private final List<String> plain = new ArrayList<>();
  private final List<String> options = new ArrayList<>();
  private final Map<String, List<String>> values = new HashMap<>();

  private Arguments() {}

  /**
   * Sorts the words.
   *
   * @param flags the names of options without a value, dashes included
   * @param valued the names of options with a value
   * @throws IllegalArgumentException saying what is wrong with them
   */
  public static Arguments of(List<String> words, Set<String> flags, Set<String> valued) {
    Arguments arguments = new Arguments();
    Iterator<String> left = words.iterator();
    while (left.hasNext()) {
      arguments.take(left.next(), left, flags, valued);
    }
    return arguments;
  }

  private void take(String word, Iterator<String> next, Set<String> flags, Set<String> valued) {
    if (!word.startsWith("-") || word.equals("-")) {
      plain.add(word);
      return;
    }
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    if (flags.contains(name)) {
      if (equals >= 0) { // otherwise --http2=false would switch it on
        throw new IllegalArgumentException(name + " takes no value");
      }
      add(name, "");
    } else if (valued.contains(name)) {
      String value = equals >= 0 ? word.substring(equals + 1) : next.hasNext() ? next.next() : "";
      if (value.isEmpty()) {
        throw new IllegalArgumentException(name + " needs a value");
      }
      add(name, value);
    } else {
      throw new IllegalArgumentException("there is no option " + name);
    }
  }

  private void add(String name, String value) {
    options.add(name);
    values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
  }

  /** Returns the words that are not options, in order. */
  public List<String> plain() {
    return plain;
  }

  /** Returns the names of the given options, in order. */
  public List<String> options() {
    return options;
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** Returns the values of an option that may be repeated, in order. */
  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** Returns the value of an option, the last one if it was repeated; null if it was not given. */
  public @Nullable String value(String name) {
    List<String> all = all(name);
    return all.isEmpty() ? null : all.get(all.size() - 1);
  }

  /** Returns the value of an option, or another if it was not given. */
  public String value(String name, String otherwise) {
    String value = value(name);
    return value == null ? otherwise : value;
  }
}
