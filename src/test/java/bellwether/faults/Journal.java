package bellwether.faults;

import bellwether.wire.MessageEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one reader has been sent, held against what it was promised: while it comes, and in the end
 * against the ledger. Thread-safe.
 */
final class Journal implements Witness {
  /*
   * Thousands of readers get thousands of events each. So a journal keeps, for each topic, the
   * first and the last number and those left out between them, and no events but the last few, for
   * the words of a finding.
   */
  private static final int MAX_REMEMBERED = 4;

  /** One topic, as this reader saw it. */
  private static final class Page {
    private final boolean isWanted;
    private int first; // 0 until there is one
    private int last;
    private @Nullable TreeSet<Integer> missing; // skipped so far; what comes late is out of order

    Page(boolean isWanted) {
      this.isWanted = isWanted;
    }
  }

  private final String name;
  private final boolean isFromTheBeginning;
  private final Topics topics;
  private final Ledger ledger;
  private final Findings findings;

  // Guarded by this.
  private final Page[] pages;
  private final Deque<String> lately = new ArrayDeque<>();
  private long start = -1; // what the reader asked for begins after this position
  private long position; // of the last id that was the log's own
  private long deliveries;
  private long connections;

  /**
   * @param name for findings
   * @param isFromTheBeginning whether the reader started before anything was published
   * @param wanted what its subscription asks for, and it may read
   */
  Journal(
      String name,
      boolean isFromTheBeginning,
      Predicate<Topic> wanted,
      Topics topics,
      Ledger ledger,
      Findings findings) {
    this.name = name;
    this.isFromTheBeginning = isFromTheBeginning;
    this.topics = topics;
    this.ledger = ledger;
    this.findings = findings;
    pages = topics.all().stream().map(t -> new Page(wanted.test(t))).toArray(Page[]::new);
  }

  @Override
  public synchronized void connects(String lastEventId) {
    if (!lastEventId.isEmpty()) {
      begins(Ids.position(lastEventId));
      remember("resumes after " + lastEventId);
    }
  }

  @Override
  public synchronized void answered() {
    connections++;
  }

  @Override
  public synchronized void event(MessageEvent event) {
    switch (event.type()) {
      case "cursor" -> {
        remember("cursor " + event.lastEventId());
        begins(Ids.position(event.lastEventId()));
        moves(event.lastEventId(), false);
      }
      case "gap" -> {
        remember("gap " + event.lastEventId());
        found(Wrong.NEEDLESS_GAP, 1, event.data());
        position = Ids.position(event.lastEventId()); // said once; not with every event after it
      }
      case "shutdown" -> remember("shutdown");
      default -> data(event);
    }
  }

  @Override
  public synchronized void damaged(String how) {
    found(Wrong.DAMAGED, 1, how);
  }

  @Override
  public synchronized void refused(String how) {
    found(Wrong.REFUSED, 1, how);
  }

  private void begins(long position) {
    if (start < 0) {
      start = position;
    }
  }

  private void data(MessageEvent event) {
    if (!NumberedEvent.isOurs(event.data())) {
      return; // the server's own stocks and clock
    }
    NumberedEvent numbered = NumberedEvent.of(event.data(), topics);
    if (numbered == null) {
      found(Wrong.DAMAGED, 1, event.lastEventId() + " " + event.data());
      return;
    }
    deliveries++;
    String text = numbered.topic().name() + " " + numbered.number() + " " + event.lastEventId();
    remember(text);
    Page page = pages[numbered.topic().place()];
    if (!page.isWanted) {
      found(Wrong.UNASKED, 1, text);
      return;
    }
    if (!event.lastEventId().isEmpty()) { // else it is one of the states that open a stream
      ledger.seen(numbered, event.lastEventId());
    }
    moves(event.lastEventId(), true);
    number(page, numbered, text);
  }

  /** An event has a position of its own, after all before it; a cursor may repeat one. */
  private void moves(String id, boolean isEvent) {
    long to = Ids.position(id);
    if (to < 0) {
      return; // a publisher's
    }
    if (to < position || (isEvent && to == position)) {
      found(Wrong.ID_WENT_BACK, 1, "from " + position + " to " + id);
    }
    position = to;
  }

  private void number(Page page, NumberedEvent event, String text) {
    int number = event.number();
    if (page.first == 0) {
      page.first = number;
      page.last = number;
    } else if (number > page.last) {
      if (event.topic().kind() != Topic.Kind.STATE && number > page.last + 1) {
        skip(page, number);
      }
      page.last = number;
    } else if (page.missing != null && page.missing.remove(number)) {
      found(Wrong.MISORDERED, 1, text + " after " + page.last);
    } else if (event.topic().kind() == Topic.Kind.STATE && number != page.last) {
      found(Wrong.MISORDERED, 1, text + " after " + page.last);
    } else if (start >= 0) { // a stream that is cut off in its opening state begins anew
      found(Wrong.DOUBLED, 1, text);
    }
  }

  private static void skip(Page page, int next) {
    if (page.missing == null) {
      page.missing = new TreeSet<>();
    }
    for (int number = page.last + 1; number < next; number++) {
      page.missing.add(number);
    }
  }

  private void remember(String what) {
    if (what.equals(lately.peekLast())) {
      return; // tries again, while nobody answers
    }
    if (lately.size() == MAX_REMEMBERED) {
      lately.removeFirst();
    }
    lately.addLast(what);
  }

  private void found(Wrong what, long count, String how) {
    findings.add(what, count, name + ": " + how + ", lately " + lately);
  }

  /** Whether it knows where it starts. */
  synchronized boolean hasStarted() {
    return start >= 0;
  }

  /** Whether the last acknowledged event of every topic it wants has come. */
  synchronized boolean hasCaughtUp() {
    return topics.all().stream().allMatch(topic -> hasLast(topic, pages[topic.place()]));
  }

  private boolean hasLast(Topic topic, Page page) {
    int last = ledger.last(topic);
    return !page.isWanted
        || page.last >= last
        || (topic.kind() != Topic.Kind.STATE && begins(topic) > last);
  }

  /** The number that the reader's first event of a topic must have; 0 if that is not known. */
  private int begins(Topic topic) {
    if (isFromTheBeginning) {
      return 1;
    }
    // Where a publisher's own ids are in the log is not to be seen.
    return topic.kind() == Topic.Kind.NAMED ? 0 : ledger.firstAfter(topic, start);
  }

  /** Adds to the findings what can only be known when no more will come. */
  synchronized void close() {
    if (!hasStarted()) {
      found(Wrong.LOST, 1, "its stream never opened");
      return;
    }
    for (Topic topic : topics.all()) {
      Page page = pages[topic.place()];
      if (page.isWanted && topic.kind() == Topic.Kind.STATE) {
        closeState(topic, page);
      } else if (page.isWanted) {
        closeLog(topic, page);
      }
    }
  }

  private void closeState(Topic topic, Page page) {
    if (page.last < ledger.last(topic)) {
      found(Wrong.LOST, 1, "%s ends at %d".formatted(topic.name(), page.last));
    }
  }

  private void closeLog(Topic topic, Page page) {
    int last = ledger.last(topic);
    int begin = begins(topic);
    if (page.first == 0) {
      if (begin <= last && (begin > 0 || last > 0)) {
        int all = last - Math.max(begin, 1) + 1;
        found(Wrong.LOST, all, "nothing of %s, %d to %d".formatted(topic.name(), begin, last));
      }
      return;
    }
    if (begin > 0 && page.first > begin) {
      String how = "%s begins with %d, not %d".formatted(topic.name(), page.first, begin);
      found(Wrong.LOST, page.first - begin, how);
    } else if (page.first < begin) {
      found(Wrong.UNASKED, begin - page.first, "%s from before it".formatted(topic.name()));
    }
    if (page.missing != null && !page.missing.isEmpty()) {
      found(Wrong.LOST, page.missing.size(), topic.name() + " without " + page.missing.first());
    }
    if (page.last < last) {
      String how = "%s ends at %d, not %d".formatted(topic.name(), page.last, last);
      found(Wrong.LOST, last - page.last, how);
    }
  }

  synchronized long deliveries() {
    return deliveries;
  }

  synchronized long reconnections() {
    return Math.max(0, connections - 1);
  }
}
