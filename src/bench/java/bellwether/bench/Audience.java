package bellwether.bench;

import java.io.IOException;
import java.util.function.IntFunction;

/** Streams that are read and checked. Its methods are for one thread. */
interface Audience extends AutoCloseable {
  /**
   * Opens streams, spread over the topics, and returns when all are open.
   *
   * @param published the newest number of each publisher on a topic: streams begin behind it
   */
  void open(int count, int topics, IntFunction<long[]> published)
      throws IOException, InterruptedException;

  /** By how many events all streams together have come on. */
  long delivered();

  /** When the newest event was read, as {@link System#nanoTime} says it. */
  long lastDelivery();

  /** Begins a new account. */
  void begin();

  /**
   * Draws up the account.
   *
   * @param published what each publisher has published on a topic
   */
  Ledger.Account end(IntFunction<long[]> published);

  /** Leaves all streams. */
  void leave();

  @Override
  void close() throws IOException;
}
