package bellwether.exchange;

/** What clients send, on its way to values that are valid or do not exist. */
public final class Input {
  private Input() {}

  public interface Reading<T, E extends Exception> {
    T read() throws E;
  }

  /**
   * Reads something a client sent.
   *
   * @throws HttpProblem with status 400 when a parser or a value's constructor refuses it with an
   *     {@link IllegalArgumentException}, in the words of that
   */
  public static <T, E extends Exception> T valid(Reading<T, E> reading) throws E {
    try {
      return reading.read();
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, String.valueOf(e.getMessage()));
    }
  }

  /** As {@link #valid}, for what gives no value. */
  public static void check(Runnable checking) {
    var unused =
        valid(
            () -> {
              checking.run();
              return true;
            });
  }
}
