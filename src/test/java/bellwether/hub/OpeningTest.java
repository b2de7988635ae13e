package bellwether.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.file.FakeDisk;
import bellwether.eventlog.file.FileLogs;
import bellwether.fixtures.ForwardingLog;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import bellwether.wire.EventStreamParser;
import bellwether.wire.MessageEvent;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a stream opens with, cut at each of its bytes: the client comes back with the id that it has
 * by then, as an {@code EventSource} would.
 */
class OpeningTest {
  private static final int CAPACITY = 16;
  private static final StartingPoint FRESH = new StartingPoint.Newest();

  private final ManualScheduler executor = new ManualScheduler();
  private final ManualScheduler fetching = new ManualScheduler();
  private FakeDisk disk = new FakeDisk();
  private EventLog log = MemoryLogs.of(CAPACITY);
  private Hub hub = hub();

  private enum Kind {
    IN_MEMORY,
    IN_FILES
  }

  /** What a client has got, and the id that it has by then. */
  private record Got(List<MessageEvent> events, @Nullable String lastEventId) {
    List<String> what() {
      return events.stream().map(e -> e.type().equals("message") ? e.data() : e.type()).toList();
    }

    List<String> ids() {
      return events.stream().map(MessageEvent::lastEventId).toList();
    }

    long gaps() {
      return what().stream().filter("gap"::equals).count();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFreshStreamCutAnywhereInItsOpeningStateBeginsAnew(Kind kind) {
    fill(kind);
    List<String> opening = read(plain(FRESH)).what();
    assertThat(opening).containsExactly("old", "young", "cursor");
    cutEverywhere(
        plain(FRESH),
        (got, after) -> {
          if (got.what().size() < opening.size()) {
            assertThat(got.lastEventId()).isNull();
            assertThat(after.what()).isEqualTo(opening);
          } else {
            assertThat(after.what()).as("what came meanwhile").isEmpty();
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aGapForAnUnknownIdIsToldAgainUntilTheCursorHasCome(Kind kind) {
    fill(kind);
    cutEverywhere(
        plain(new StartingPoint.After("strange")),
        (got, after) -> {
          boolean hasOpened = got.what().contains("cursor");
          assertThat(after.gaps()).isEqualTo(hasOpened ? 0 : 1);
          assertThat(after.what())
              .isEqualTo(hasOpened ? List.of() : List.of("gap", "old", "young", "cursor"));
        });
  }

  @ParameterizedTest
  @EnumSource
  void aGapIsToldOnceWhereverTheStreamIsCut(Kind kind) {
    fill(kind);
    StartingPoint early = new StartingPoint.After(log.idAt(1).toString());
    List<String> whole = read(plain(early)).what();
    assertThat(whole).startsWith("old", "gap").contains("young").endsWith("e60");
    cutEverywhere(
        plain(early),
        (got, after) -> {
          List<String> both = new ArrayList<>(got.what());
          both.addAll(after.what());
          assertThat(both).isEqualTo(whole);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aGapsOwnIdLeadsBehindIt(Kind kind) {
    fill(kind);
    Got got = read(plain(new StartingPoint.After(log.idAt(1).toString())));
    String id = got.events().get(got.what().indexOf("gap")).lastEventId();
    if (kind == Kind.IN_FILES) {
      disk = disk.copy(); // killed
      open();
    }
    Interest back = plain(new StartingPoint.After(id));
    try (Cursor again = hub.subscribe(back, () -> {})) {
      assertThat(again.lastEventIdHeader()).isEqualTo(id);
    }
    assertThat(read(back).gaps()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void allThatIsKeptComesAgainWithoutAGapWhereverTheStreamIsCut(Kind kind) {
    fill(kind);
    Interest all = plain(new StartingPoint.Earliest());
    List<String> whole = read(all).what();
    assertThat(whole).startsWith("old").contains("young").endsWith("e60").doesNotContain("gap");
    cutEverywhere(
        all,
        (got, after) -> {
          List<String> both = new ArrayList<>(got.lastEventId() == null ? List.of() : got.what());
          both.addAll(after.what());
          assertThat(both).isEqualTo(whole);
        });
  }

  @ParameterizedTest
  @EnumSource
  void theStateOfAReloadedPageComesAgainUntilItHasAnIdAndNoGapTwice(Kind kind) {
    fill(kind);
    StartingPoint early = new StartingPoint.After(log.idAt(2).toString());
    Interest all = new Interest(topics(), early, true, Duration.ZERO, entry -> false);
    assertThat(read(all).what()).startsWith("old", "gap").contains("young");
    cutEverywhere(all, (got, after) -> assertThat(got.gaps() + after.gaps()).isEqualTo(1));
  }

  @Test
  void aPollTellsAGapOnceAndItsOpeningStateHasNoIds() {
    fill(Kind.IN_MEMORY);
    Page fresh = new Page(1000, Long.MAX_VALUE, Long.MAX_VALUE);
    try (Cursor reader = hub.subscribe(plain(FRESH), () -> {})) {
      reader.poll(fresh);
      assertThat(fresh.items()).hasSize(2).noneMatch(Page.Item::hasId);
      assertThat(reader.resumeId()).isEqualTo(log.idAt(log.newest()).toString());
    }
    StartingPoint place = new StartingPoint.After(log.idAt(1).toString());
    List<String> told = new ArrayList<>();
    for (int i = 0; i < 40; i++) { // one event at a time
      Page page = new Page(1, Long.MAX_VALUE, Long.MAX_VALUE);
      try (Cursor reader = hub.subscribe(plain(place), () -> {})) {
        while (reader.poll(page)) {}
        if (page.gap() != null) {
          told.add("gap");
        }
        page.items().forEach(item -> told.add(item.entry().publication().data()));
        place = new StartingPoint.After(String.valueOf(reader.resumeId()));
      }
    }
    assertThat(told).startsWith("old", "gap").containsOnlyOnce("gap").endsWith("e60");
  }

  /** Nothing else would give their clients an id, and without one they would miss what follows. */
  @Test
  void aStreamWithoutCursorsHasTheIdsOfItsStates() {
    fill(Kind.IN_MEMORY);
    for (Interest interest :
        List.of(plain(FRESH).telling(null), plain(FRESH).withoutControlEvents())) {
      Got got = read(interest);
      assertThat(got.what()).containsExactly("old", "young");
      assertThat(got.ids()).doesNotContain("");
    }
  }

  @Test
  void aStreamWithoutControlEventsIsToldOfALossByItsHeader() {
    fill(Kind.IN_MEMORY);
    String early = log.idAt(1).toString();
    for (StartingPoint start :
        List.of(
            new StartingPoint.After(early),
            new StartingPoint.After("strange"),
            new StartingPoint.Since(Instant.EPOCH, "1970"))) {
      Interest interest = plain(start).withoutControlEvents();
      try (Cursor reader = hub.subscribe(interest, () -> {})) {
        assertThat(reader.lastEventIdHeader()).isEqualTo("earliest");
      }
      assertThat(read(interest).what()).contains("young").doesNotContain("gap", "cursor");
    }
  }

  @Test
  void aStreamWithoutControlEventsEndsWhenSomethingIsLost() {
    fill(Kind.IN_MEMORY);
    Reader reader = new Reader();
    Cursor open = hub.subscribe(plain(FRESH).withoutControlEvents(), reader);
    reader.takeAll(open);
    publishLosingSome();
    reader.takeAll(open);
    assertThat(reader.isOvertaken).isTrue();
    assertThat(reader.got().what()).containsExactly("old", "young");
    assertThat(open.heartbeat()).isEqualTo(":\n".getBytes(UTF_8));
  }

  /** The header was written long ago: what is lost when the change is made is not told by it. */
  @Test
  void aChangeOfAStreamWithoutControlEventsHidesNoLoss() {
    fill(Kind.IN_MEMORY);
    Reader reader = new Reader();
    Interest interest = plain(FRESH).withoutControlEvents();
    Cursor open = hub.subscribe(interest, reader);
    reader.takeAll(open);
    publishLosingSome();
    Cursor changed = hub.change(open, interest, entry -> false, false, reader);
    reader.takeAll(Objects.requireNonNull(changed));
    assertThat(reader.isOvertaken).isTrue();
  }

  @Test
  void aStreamWithoutControlEventsPassesADamagedEntry() {
    log =
        new ForwardingLog(MemoryLogs.of(CAPACITY)) {
          @Override
          public ReadResult read(Place place, long upTo, EntryFilter wanted, int limit) {
            return place.isBehind(2) && upTo >= 2
                ? new ReadResult.Evicted(2, 2)
                : super.read(place, upTo, wanted, limit);
          }
        };
    hub = hub();
    for (int i = 1; i <= 4; i++) {
      publish("log", "e" + i);
    }
    StartingPoint early = new StartingPoint.After(log.idAt(0).toString());
    assertThat(read(plain(early).withoutControlEvents()).what()).containsExactly("e3", "e4");
    assertThat(read(plain(early)).what()).containsExactly("gap", "e3", "e4");
  }

  private void publishLosingSome() {
    for (int i = 0; i < 3 * CAPACITY; i++) {
      publish("log", "late");
    }
    executor.runDue();
  }

  /** A state from before what is lost, events of which the first are lost, a state, events. */
  private void fill(Kind kind) {
    if (kind == Kind.IN_FILES) {
      open();
    }
    publish("log", "e1");
    publish("log", "e2");
    publish("state/old", "old");
    for (int i = 3; i <= 50; i++) {
      publish("log", "e" + i);
    }
    publish("state/young", "young");
    for (int i = 51; i <= 60; i++) {
      publish("log", "e" + i);
    }
    executor.runDue();
    assertThat(log.lostThrough()).isGreaterThan(3);
  }

  private void open() {
    hub.close();
    log = FileLogs.open(disk, CAPACITY, new Random(1));
    hub = hub();
  }

  private Hub hub() {
    return Hubs.over(log, topic -> topic.name().startsWith("state"), executor, fetching);
  }

  private void publish(String topic, String data) {
    hub.publish(Publication.of(new Topic(topic), data));
  }

  private static TopicSelector topics() {
    return TopicSelector.parse(List.of("*"));
  }

  private static Interest plain(StartingPoint start) {
    return new Interest(topics(), start, false, Duration.ZERO, entry -> false);
  }

  /** Judges what came before each cut, and what comes when the client is back. */
  private void cutEverywhere(Interest interest, BiConsumer<Got, Got> judge) {
    byte[] whole = bytes(interest);
    for (int length = 0; length <= whole.length; length++) {
      Got got = parsed(Arrays.copyOf(whole, length), interest);
      String id = got.lastEventId();
      StartingPoint back = id == null ? interest.start() : new StartingPoint.After(id);
      judge.accept(got, read(interest.from(back)));
    }
  }

  private Got read(Interest interest) {
    return parsed(bytes(interest), interest);
  }

  private byte[] bytes(Interest interest) {
    Reader reader = new Reader();
    try (Cursor subscription = hub.subscribe(interest, reader)) {
      reader.takeAll(subscription);
    }
    return reader.bytes.toByteArray();
  }

  private static Got parsed(byte[] bytes, Interest interest) {
    List<MessageEvent> events = new ArrayList<>();
    EventStreamParser parser = new EventStreamParser(events::add);
    parser.feed(bytes);
    String id = parser.lastEventId();
    String before = interest.start() instanceof StartingPoint.After a ? a.lastEventId() : null;
    return new Got(events, id.isEmpty() ? before : id);
  }

  private final class Reader implements Subscriber {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean isOvertaken;

    @Override
    public void wake() {}

    @Override
    public void overtaken() {
      isOvertaken = true;
    }

    void takeAll(Cursor subscription) {
      FrameSink sink =
          (frame, offset, since) -> {
            bytes.write(frame, offset, frame.length - offset);
            return true;
          };
      while (subscription.poll(sink) || subscription.isAwaiting()) {
        fetching.runDue();
        executor.runDue();
      }
    }

    Got got() {
      return parsed(bytes.toByteArray(), plain(FRESH));
    }
  }
}
