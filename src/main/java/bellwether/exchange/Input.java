package bellwether.exchange;

/** Turns the input of clients into valid values, and errors in it into 400 answers. */
public final class Input {
  private Input() {}

  public interface Reading<T, E extends Exception> {
    T read() throws E;
  }

  /**
   * Reads something that a client sent.
   *
   * @throws HttpProblem with status 400 and the exception's message if the reading throws an {@link
   *     IllegalArgumentException}, as parsers and the constructors of values do
   */
  public static <T, E extends Exception> T valid(Reading<T, E> reading) throws E {
    try {
      return reading.read();
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, String.valueOf(e.getMessage()));
    }
  }

  /** Runs a check of something that a client sent. It fails as {@link #valid} does. */
  public static void check(Runnable checking) {
    var unused =
        valid(
            () -> {
              checking.run();
              return true;
            });
  }
}
