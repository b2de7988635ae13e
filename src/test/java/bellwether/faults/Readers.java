package bellwether.faults;

import bellwether.harness.Await;
import bellwether.harness.SelectorLoop;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * All readers of a run, on one thread.
 *
 * @param <J> what notes what a reader is sent
 */
public final class Readers<J extends Witness> implements AutoCloseable {
  private static final int BUFFER_BYTES = 32_768;

  /**
   * Makes what notes what a reader is sent.
   *
   * @param <J> its type
   */
  @FunctionalInterface
  public interface Maker<J> {
    /**
     * Makes one, for a new reader.
     *
     * @param name for findings
     * @param isFirst whether the reader starts before anything is published
     * @param wanted what its subscription asks for, and it may read
     */
    J make(String name, boolean isFirst, Predicate<Topic> wanted);
  }

  private final SelectorLoop loop = new SelectorLoop("readers");
  private final ByteBuffer shared = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final List<Reader> all = new CopyOnWriteArrayList<>();
  private final List<J> journals = new CopyOnWriteArrayList<>();
  private final Map<Integer, Long> statuses = new ConcurrentSkipListMap<>();

  private final int serverPort;
  private final String key;
  private final Topics topics;
  private final Chronicle chronicle;
  private final Maker<J> maker;

  /**
   * @param serverPort where they connect to: the proxy
   * @param key the publisher's
   */
  public Readers(int serverPort, String key, Topics topics, Chronicle chronicle, Maker<J> maker) {
    this.maker = maker;
    this.chronicle = chronicle;
    this.serverPort = serverPort;
    this.key = key;
    this.topics = topics;
  }

  /**
   * Adds the next reader, and has it connect.
   *
   * @param isFirst whether nothing has been published so far, nor will be until it has started
   */
  public void add(boolean isFirst) {
    int number = all.size();
    ReaderKind kind = ReaderKind.of(number);
    List<Topic> logs = topics.all(Topic.Kind.LOG);
    Topic one = logs.get(new Random(number).nextInt(logs.size()));
    J journal =
        maker.make(
            "reader %d (%s)".formatted(number, kind), isFirst, topic -> kind.wants(topic, one));
    journals.add(journal);
    Reader reader =
        new Reader(
            loop,
            shared,
            serverPort,
            "/events" + kind.query(one),
            kind.headers(key),
            kind == ReaderKind.SLOW,
            status -> statuses.merge(status, 1L, Long::sum),
            chronicle,
            journal);
    all.add(reader);
    loop.execute(reader::connect);
  }

  /** Returns how many answers had each status. */
  public Map<Integer, Long> statuses() {
    return Map.copyOf(statuses);
  }

  public List<Reader> all() {
    return all;
  }

  public List<J> journals() {
    return List.copyOf(journals);
  }

  public void requireSound() {
    loop.requireSound();
  }

  /** Waits until this is true of what each reader was sent. */
  public void await(String what, Duration limit, Predicate<J> condition) {
    List<J> waiting = new ArrayList<>(journals);
    Await.until(
        what,
        limit,
        () -> {
          requireSound();
          waiting.removeIf(condition);
          return waiting.isEmpty();
        });
  }

  @Override
  public void close() {
    loop.close();
    loop.requireSound();
  }
}
