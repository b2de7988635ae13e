package bellwether.table;

import java.util.Optional;

/**
 * A row as it was read. What another program has written past our checks may be broken: a row that
 * says nothing we can make use of.
 *
 * @param <K> of what the row is known by, which may be broken too
 */
public sealed interface Row<K, T> {
  K key();

  /** What it says; empty if it is broken. */
  Optional<T> content();

  /** One that says what it should. */
  record Whole<K, T>(K key, T value) implements Row<K, T> {
    @Override
    public Optional<T> content() {
      return Optional.of(value);
    }
  }

  /**
   * One that does not.
   *
   * @param fault what is wrong with it, in words fit for an operator
   */
  record Broken<K, T>(K key, String fault) implements Row<K, T> {
    @Override
    public Optional<T> content() {
      return Optional.empty();
    }
  }
}
