package bellwether.faults.cluster;

import bellwether.faults.Findings;
import bellwether.faults.Ids;
import bellwether.faults.NumberedEvent;
import bellwether.faults.Topic;
import bellwether.faults.Topics;
import bellwether.faults.Witness;
import bellwether.faults.Wrong;
import bellwether.wire.MessageEvent;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that one reader was sent, in order, to be judged once it is known what the log has kept.
 * Thread-safe.
 */
final class Trail implements Witness {
  /*
   * Thousands of events for each of a thousand readers: so an event is two numbers here, its
   * position and its topic's place with its number; the few other steps are objects aside.
   */
  private static final long OWN_ID = -1; // in place of a position: the publisher's own id
  private static final long NO_ID = -2; // a state that opens a stream, or is sent again
  private static final long ASIDE = -3; // the other number is the index of another step

  /** A step that is no event. */
  sealed interface Step {}

  /** The reader came, or came back, with an id; empty if it had none. */
  record Connected(String lastEventId) implements Step {}

  /** The server told it where it is. */
  record Moved(long position) implements Step {}

  /**
   * The server told it that something is lost.
   *
   * @param position where it goes on; -1 if it is told later
   * @param requested the id to which this is an answer
   */
  record Gap(long position, String requested) implements Step {}

  /** Receives a trail, step by step. */
  interface Walk {
    void step(Step step);

    /** An event with the log's id. */
    void event(long position, Topic topic, int number);

    /** An event with its publisher's id. */
    void named(Topic topic, int number);

    /** A state that opens a stream, or is sent again before the news of a loss. */
    void state(Topic topic, int number);
  }

  private final String name;
  private final Predicate<Topic> wanted;
  private final Topics topics;
  private final Findings findings;

  // Guarded by this.
  private final List<Step> aside = new ArrayList<>();
  private long[] steps = new long[64];
  private int size; // of what is filled
  private final int[] last; // the number of each topic's event that came last
  private String lastId = ""; // an event without one has that of the event before it
  private boolean hasStarted;
  private long deliveries;
  private long connections;
  private long gaps;

  Trail(String name, Predicate<Topic> wanted, Topics topics, Findings findings) {
    this.name = name;
    this.wanted = wanted;
    this.topics = topics;
    this.findings = findings;
    this.last = new int[topics.size()];
  }

  String name() {
    return name;
  }

  boolean wants(Topic topic) {
    return wanted.test(topic);
  }

  @Override
  public synchronized void connects(String lastEventId) {
    lastId = lastEventId;
    Connected next = new Connected(lastEventId);
    boolean isAgain =
        size > 1 && steps[size - 2] == ASIDE && aside.get((int) steps[size - 1]).equals(next);
    if (!isAgain) { // it tries again, while nobody answers
      add(next);
    }
  }

  @Override
  public synchronized void answered() {
    connections++;
  }

  @Override
  public synchronized void damaged(String how) {
    findings.add(Wrong.DAMAGED, name + ": " + how);
  }

  @Override
  public synchronized void refused(String how) {
    findings.add(Wrong.REFUSED, name + ": " + how);
  }

  @Override
  public synchronized void event(MessageEvent event) {
    boolean hasId = !event.lastEventId().equals(lastId);
    lastId = event.lastEventId();
    switch (event.type()) {
      case "cursor" -> {
        hasStarted = true;
        add(new Moved(Ids.position(event.lastEventId())));
      }
      case "gap" -> {
        gaps++;
        try (JsonReader reader = Json.createReader(new StringReader(event.data()))) {
          JsonObject gap = reader.readObject();
          boolean isPlaced = gap.getString("reason").equals("evicted");
          add(
              new Gap(
                  isPlaced ? Ids.position(event.lastEventId()) : -1, gap.getString("requested")));
        }
      }
      case "shutdown" -> {}
      default -> data(event, hasId);
    }
  }

  private void data(MessageEvent event, boolean hasId) {
    if (!NumberedEvent.isOurs(event.data())) {
      return; // the server's own stocks and clock
    }
    NumberedEvent numbered = NumberedEvent.of(event.data(), topics);
    String id = event.lastEventId();
    if (numbered == null) {
      findings.add(Wrong.DAMAGED, name + ": " + id + " " + event.data());
      return;
    }
    Topic topic = numbered.topic();
    if (!wanted.test(topic)) {
      findings.add(Wrong.UNASKED, name + ": " + topic.name() + " " + numbered.number());
      return;
    }
    deliveries++;
    last[topic.place()] = numbered.number();
    boolean isState = topic.kind() == Topic.Kind.STATE && !hasId;
    long position = isState ? NO_ID : Ids.position(id); // OWN_ID if it is no position
    add(position, ((long) topic.place() << 32) | numbered.number());
  }

  private void add(Step step) {
    add(ASIDE, aside.size());
    aside.add(step);
  }

  private void add(long first, long second) {
    if (size == steps.length) {
      steps = Arrays.copyOf(steps, 2 * size);
    }
    steps[size++] = first;
    steps[size++] = second;
  }

  /** Walks along it from the beginning. */
  synchronized void walk(Walk walk) {
    for (int i = 0; i < size; i += 2) {
      if (steps[i] == ASIDE) {
        walk.step(aside.get((int) steps[i + 1]));
        continue;
      }
      Topic topic = topics.all().get((int) (steps[i + 1] >> 32));
      int number = (int) steps[i + 1];
      if (steps[i] == NO_ID) {
        walk.state(topic, number);
      } else if (steps[i] == OWN_ID) {
        walk.named(topic, number);
      } else {
        walk.event(steps[i], topic, number);
      }
    }
  }

  /** Whether a stream has opened. */
  synchronized boolean hasStarted() {
    return hasStarted;
  }

  /** Whether the last acknowledged event of every topic it wants has come. */
  synchronized boolean hasCaughtUp(Receipts receipts) {
    return topics.all().stream()
        .allMatch(topic -> !wanted.test(topic) || last[topic.place()] >= receipts.last(topic));
  }

  /** Returns what it still waits for, in words; null if for nothing. */
  synchronized @Nullable String lacks(Receipts receipts) {
    return topics.all().stream()
        .filter(topic -> wanted.test(topic) && last[topic.place()] < receipts.last(topic))
        .map(
            topic ->
                "%s has %s up to %d, not %d"
                    .formatted(name, topic.name(), last[topic.place()], receipts.last(topic)))
        .findFirst()
        .orElse(null);
  }

  synchronized long deliveries() {
    return deliveries;
  }

  synchronized long reconnections() {
    return Math.max(0, connections - 1);
  }

  synchronized long gaps() {
    return gaps;
  }
}
