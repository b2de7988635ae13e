package bellwether.faults;

import bellwether.harness.SelectorLoop;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** All readers of a run, on one thread. */
final class Readers implements AutoCloseable {
  private static final int BUFFER_BYTES = 32_768;

  private final SelectorLoop loop = new SelectorLoop("readers");
  private final ByteBuffer shared = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final List<Reader> all = new CopyOnWriteArrayList<>();
  private final Map<Integer, Long> statuses = new ConcurrentSkipListMap<>();

  private final int serverPort;
  private final String key;
  private final Topics topics;
  private final Ledger ledger;
  private final Findings findings;
  private final Chronicle chronicle;

  /**
   * @param serverPort where they connect to: the proxy
   * @param key the publisher's
   */
  Readers(
      int serverPort,
      String key,
      Topics topics,
      Ledger ledger,
      Findings findings,
      Chronicle chronicle) {
    this.chronicle = chronicle;
    this.serverPort = serverPort;
    this.key = key;
    this.topics = topics;
    this.ledger = ledger;
    this.findings = findings;
  }

  /**
   * Adds the next reader, and has it connect.
   *
   * @param isFirst whether nothing has been published so far, nor will be until it has started
   */
  void add(boolean isFirst) {
    int number = all.size();
    ReaderKind kind = ReaderKind.of(number);
    List<Topic> logs = topics.all(Topic.Kind.LOG);
    Topic one = logs.get(new Random(number).nextInt(logs.size()));
    Journal journal =
        new Journal(
            "reader %d (%s)".formatted(number, kind),
            isFirst,
            topic -> kind.wants(topic, one),
            topics,
            ledger,
            findings);
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
  Map<Integer, Long> statuses() {
    return Map.copyOf(statuses);
  }

  List<Reader> all() {
    return all;
  }

  List<Journal> journals() {
    return all.stream().map(Reader::journal).toList();
  }

  void requireSound() {
    loop.requireSound();
  }

  @Override
  public void close() {
    loop.close();
    loop.requireSound();
  }
}
