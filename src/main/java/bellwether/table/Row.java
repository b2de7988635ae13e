package bellwether.table;

import java.util.Optional;

/**
 * A row as it was read: whole or broken. A row that another program has written, without the checks
 * made here, may be broken: then its content cannot be used.
 *
 * @param <K> the type of the row's key, which may be broken too
 */
public sealed interface Row<K, T> {
  K key();

  /** Returns the content; empty if the row is broken. */
  Optional<T> content();

  /** A row whose content can be used. */
  record Whole<K, T>(K key, T value) implements Row<K, T> {
    @Override
    public Optional<T> content() {
      return Optional.of(value);
    }
  }

  /**
   * A row whose content cannot be used.
   *
   * @param fault the fault of the row, in words fit for an operator
   */
  record Broken<K, T>(K key, String fault) implements Row<K, T> {
    @Override
    public Optional<T> content() {
      return Optional.empty();
    }
  }
}
