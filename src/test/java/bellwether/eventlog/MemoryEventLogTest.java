package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.fixtures.Entries;
import bellwether.topic.Topic;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What only the log in memory does. */
class MemoryEventLogTest {
  private static final Topic NEWS = new Topic("news");
  private static final Topic STATE = new Topic("state");
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

  private final MemoryEventLog log = newLog(4, Long.MAX_VALUE);

  @Test
  void letsGoOfJustSoMany() {
    append("a", "b", "c", "d", "e", "f");
    assertThat(log.lostThrough()).isEqualTo(2);
    assertThat(read(1)).isEqualTo(new Evicted(2, 2));
    assertThat(dataAfter(2)).containsExactly("c", "d", "e", "f");
  }

  @Test
  void aStateOutlivesTheRingUntilItIsReplaced() {
    log.append(Publication.of(STATE, "old state"), true);
    append("b", "c", "d", "e");
    assertThat(state()).containsExactly("old state");
    assertThat(log.oldest()).isEqualTo(2);
    assertThat(dataAfter(0)).containsExactly("old state", "b", "c", "d", "e");

    log.append(Publication.of(STATE, "new state"), true);
    assertThat(state()).containsExactly("new state");
  }

  @Test
  void keepsNoMoreBytesThanItMayButAlwaysTheNewest() {
    MemoryEventLog small = newLog(1000, 10_000);
    for (int i = 0; i < 10; i++) {
      small.append(Publication.of(NEWS, "x".repeat(1000)), false);
    }
    assertThat(small.oldest()).isGreaterThan(5);
    small.append(Publication.of(NEWS, "x".repeat(100_000)), false);
    assertThat(small.oldest()).isEqualTo(small.newest());
  }

  @Test
  void keepsAsManyAsFitHoweverManyHaveGone() {
    long one =
        newLog(4, Long.MAX_VALUE)
            .append(List.of(Publication.of(NEWS, "x")), t -> false)
            .get(0)
            .weight();
    MemoryEventLog small = newLog(1000, 3 * one);
    for (int i = 0; i < 9; i++) { // while their ids are of one length
      small.append(Publication.of(NEWS, "x"), false);
    }
    assertThat(small.newest() - small.oldest() + 1).isEqualTo(3);
  }

  @Test
  void countsEverythingThatIsLarge() {
    List<Topic> topics =
        IntStream.range(0, 100).mapToObj(i -> new Topic(i + "x".repeat(1000))).toList();
    assertThatOnlyOneFits(300_000, new Publication(topics, false, null, null, null, "data", null));
    assertThatOnlyOneFits(250_000, Publication.of(NEWS, "x".repeat(50_000)));
    assertThatOnlyOneFits(4_000, Publication.of(NEWS, "data").withIdempotencyKey("k".repeat(1000)));
  }

  private static void assertThatOnlyOneFits(long bytes, Publication publication) {
    MemoryEventLog small = newLog(1000, bytes);
    small.append(publication, false);
    String key = publication.idempotencyKey();
    small.append(key == null ? publication : publication.withIdempotencyKey(key + '2'), false);
    assertThat(small.oldest()).isEqualTo(small.newest()).isEqualTo(2);
  }

  @Test
  void aKeyIsGoodForAnotherEventOnceItsOwnIsGone() {
    Publication publication = Publication.of(NEWS, "again").withIdempotencyKey("k");
    log.append(publication, false);
    append("b", "c", "d", "e");

    assertThat(log.append(publication, false).position()).isEqualTo(6);
  }

  @Test
  void aStateIsKnownByItsNamesUntilItIsGoneFromBothPlaces() {
    Publication state = state("mine");
    log.append(state, true);
    append("b", "c", "d", "e", "f");
    assertThat(log.find("mine")).as("out of the ring").isEqualTo(new Lookup.Found(1));
    assertThat(log.append(state, true).position()).isEqualTo(1);

    log.append(state("next"), true);
    assertThat(log.find("mine")).as("replaced, too").isEqualTo(new Lookup.Unknown());
    assertThat(log.append(state, true)).as("its key is free").isEqualTo(log.idAt(8));
    assertThat(log.find("next")).as("replaced, in the ring").isEqualTo(new Lookup.Found(7));
    append("h", "i", "j", "k");
    assertThat(log.find("next")).as("out of the ring, too").isEqualTo(new Lookup.Unknown());
    assertThat(log.find("mine")).isEqualTo(new Lookup.Found(8));
  }

  @Test
  void theGoingOfTheSecondOfTwoEqualIdsLeavesTheFirst() {
    log.append(state("mine"), true);
    log.append(withId("mine"), false);
    append("c", "d", "e", "f", "g");

    assertThat(log.find("mine")).isEqualTo(new Lookup.Found(1));
  }

  @Test
  void givesNoMoreThanIsAskedForOfBothKinds() {
    for (int i = 1; i <= 3; i++) {
      log.append(Publication.of(new Topic("state " + i), "s" + i), true);
    }
    append("d", "e", "f", "g"); // fill the ring

    Batch states = (Batch) log.read(Place.at(0), 7, entry -> true, 3);
    assertThat(data(states)).containsExactly("s1", "s2", "s3");
    Batch next = (Batch) log.read(Place.at(states.reached()), 7, entry -> true, 2);
    assertThat(data(next)).containsExactly("d", "e");
    Batch rest = (Batch) log.read(Place.at(next.reached()), 7, entry -> true, 2);
    assertThat(data(rest)).containsExactly("f", "g");
    assertThat(data((Batch) log.read(Place.at(1), 7, entry -> true, 4)))
        .as("of both kinds")
        .containsExactly("s2", "s3", "d", "e");
  }

  @Test
  void looksAtSoManyInOneReadAndGoesOnInTheNext() {
    MemoryEventLog large = newLog(1000, Long.MAX_VALUE);
    for (int i = 0; i < 1000; i++) {
      large.append(Publication.of(NEWS, "x"), false);
    }
    AtomicInteger looks = new AtomicInteger();

    Batch first = (Batch) large.read(Place.at(0), 1000, entry -> looks.incrementAndGet() < 0, 10);
    assertThat(first.entries()).isEmpty();
    assertThat(first.reached()).isEqualTo(looks.get()).isBetween(1L, 999L);
    Batch next = (Batch) large.read(Place.at(first.reached()), 1000, entry -> true, 1);
    assertThat(next.entries().get(0).position()).isEqualTo(first.reached() + 1);
  }

  @Test
  void theFrameStartsWithTheIdLine() {
    append("hello");
    LogEntry entry = ((Batch) read(0)).entries().get(0);
    String idLine = "id: " + entry.id() + "\n";
    assertThat(new String(entry.frame(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo(idLine + "data: hello\n\n");
    assertThat(entry.idLength()).isEqualTo(idLine.length());
  }

  private void append(String... data) {
    for (String text : data) {
      log.append(Publication.of(NEWS, text), false);
    }
  }

  private ReadResult read(long after) {
    return log.read(Place.at(after), log.newest(), entry -> true, 100);
  }

  private List<String> dataAfter(long position) {
    return data((Batch) read(position));
  }

  private List<String> state() {
    return Entries.data(Entries.states(log));
  }

  private static List<String> data(Batch batch) {
    return Entries.data(batch.entries());
  }

  private static Publication withId(String id) {
    return new Publication(List.of(NEWS), false, id, null, null, "data", null);
  }

  private static Publication state(String id) {
    return new Publication(List.of(STATE), false, id, null, null, "state", "key of " + id);
  }

  private static MemoryEventLog newLog(int capacity, long bytes) {
    return newLog(capacity, bytes, 1);
  }

  private static MemoryEventLog newLog(int capacity, long bytes, int seed) {
    return new MemoryEventLog(capacity, bytes, CLOCK, System::nanoTime, new Random(seed));
  }
}
