package bellwether.embed;

/** A listener that is being called. */
public interface Listening extends AutoCloseable {
  /** Ends it, soon: an event that is being heard is heard to its end. Any number of times. */
  @Override
  void close();
}
