package bellwether.embed;

/** A listener that is being called. */
public interface Listening extends AutoCloseable {
  /**
   * Ends the listening, soon: a call that is under way is finished. May be called any number of
   * times.
   */
  @Override
  void close();
}
