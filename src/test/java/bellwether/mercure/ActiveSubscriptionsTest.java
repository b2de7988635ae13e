package bellwether.mercure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.access.ClientLimits;
import bellwether.auth.Grant;
import bellwether.auth.Payloads;
import bellwether.auth.Token;
import bellwether.config.SettingsReader;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.exchange.Form;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.ForwardingLog;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.LogLines;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.hub.Hub;
import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import bellwether.topic.TopicSelector;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.servlet.http.HttpServletRequest;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who comes and goes, and what is published of it. */
class ActiveSubscriptionsTest {
  private static final UUID FIRST = new UUID(0x4000, 0x8000000000000001L);
  private static final UUID SECOND = new UUID(0x4000, 0x8000000000000002L);
  private static final String ROOT = "/.well-known/mercure/subscriptions/";
  private static final String FIRST_URN = "urn:uuid:00000000-0000-4000-8000-000000000001";
  private static final String FIRST_PART = "urn%3Auuid%3A00000000-0000-4000-8000-000000000001";

  private static final SubscriptionMatcher PLAIN = new SubscriptionMatcher(null, "a");

  private final List<UUID> ids = new ArrayList<>(List.of(FIRST, SECOND));
  private final ManualScheduler scheduler = new ManualScheduler();
  private final FullableLog log = new FullableLog(MemoryLogs.of(10_000));
  private final Hub hub =
      Hubs.over(log, topic -> true, scheduler); // whoever sets retained topics may have set all
  private final ActiveSubscriptions subscriptions =
      new ActiveSubscriptions(hub, SubscriptionDirectory.NONE, scheduler, () -> ids.remove(0));

  /** A log whose disk a test may fill. */
  private static final class FullableLog extends ForwardingLog {
    private boolean isFull;
    private boolean isBroken;
    private int appends;

    FullableLog(EventLog to) {
      super(to);
    }

    @Override
    public List<LogEntry> append(List<Publication> publications, Predicate<Topic> retained) {
      appends++;
      if (isFull) {
        throw new LogUnavailableException("full", new IllegalStateException());
      }
      if (isBroken) {
        throw new OutOfMemoryError("for a frame");
      }
      return super.append(publications, retained);
    }
  }

  @Test
  void whoComesAndWhoGoesIsToldPrivatelyInTheWordsOfBothDrafts() {
    Runnable leave = open("topic=https://example.com/a", Grant.NONE);
    String inDraft7 =
        """
        {'@context':'https://mercure.rocks/',
        'id':'/.well-known/mercure/subscriptions/https%%3A%%2F%%2Fexample.com%%2Fa/%s',
        'type':'Subscription','topic':'https://example.com/a','subscriber':'%s','active':%s}\
        """;
    String inDraft8 =
        """
        {'id':'/.well-known/mercure/subscriptions/exact/https%%3A%%2F%%2Fexample.com%%2Fa/%s',
        'type':'subscription','match_type':'exact','match':'https://example.com/a',
        'subscriber':'%s','active':%s}\
        """;
    assertThat(published())
        .containsExactly(
            event("https%3A%2F%2Fexample.com%2Fa", null, inDraft7, true),
            event("exact/https%3A%2F%2Fexample.com%2Fa", "mercure", inDraft8, true));

    leave.run();
    leave.run();
    assertThat(published())
        .containsExactly(
            event("https%3A%2F%2Fexample.com%2Fa", null, inDraft7, false),
            event("exact/https%3A%2F%2Fexample.com%2Fa", "mercure", inDraft8, false));
  }

  @Test
  void whatADraftHasNoWordForIsNotToldInIt() {
    open("topic=a{b}&match_urlpattern=/c/:d&match=e{f}", Grant.NONE);
    assertThat(published().stream().map(p -> p.topics().get(0).name()))
        .containsExactly(
            ROOT + "a%7Bb%7D/" + FIRST_PART,
            ROOT + "urlpattern/%2Fc%2F%3Ad/" + FIRST_PART,
            ROOT + "exact/e%7Bf%7D/" + FIRST_PART);
  }

  @Test
  void whatIsAskedForInTheWordsOfBothIsOneSubscription() {
    open("topic=a&match=a&match_exact=a", Grant.NONE);
    assertThat(subscriptions.all()).hasSize(1);
    assertThat(published()).hasSize(2);
  }

  @Test
  void thePayloadIsWhatTheTokenHasForThatMatcher() {
    JsonValue payload = Json.createObjectBuilder().add("team", "red").build();
    Payloads payloads =
        new Payloads(
            List.of(
                new Payloads.Detail(new TopicSelector(List.of(TopicFilter.exact("a"))), payload)),
            true);
    Token token = new Token(null, null, null, null, payloads);
    open("match=a&match=b", new Grant(Grant.NONE.publish(), Grant.NONE.subscribe(), false, token));
    assertThat(published().stream().map(p -> json(p.data()).get("payload")))
        .containsExactly(payload, null, payload, null);
    assertThat(subscriptions.all().map(ActiveSubscription::payload)).containsExactly(payload, null);
  }

  @Test
  void whoIsThereIsKnownBeforeItIsToldAndForgottenOnceItIsGone() {
    Runnable first = open("topic=a&topic=b", Grant.NONE);
    open("topic=a", Grant.NONE);
    assertThat(log.newest()).as("told on another thread").isZero();
    assertThat(subscriptions.all()).hasSize(3);
    assertThat(subscriptions.of(FIRST_URN)).hasSize(2);
    first.run();
    assertThat(subscriptions.all()).hasSize(1);
    assertThat(subscriptions.of(FIRST_URN)).isEmpty();
    assertThat(subscriptions.of("urn:uuid:" + SECOND)).hasSize(1);
  }

  @Test
  void eachEventIsKeptWhateverTopicsAreRetained() {
    open("topic=a", Grant.NONE).run();
    scheduler.runDue();
    assertThat(log.newest()).isEqualTo(4);
    assertThat(log.readRetained(0, log.newest(), entry -> true, 10).entries()).isEmpty();
  }

  @Test
  void manyAreToldAtOnceAndInOrder() {
    ids.clear();
    for (int i = 0; i < 300; i++) {
      ids.add(new UUID(0x4000, 0x8000000000000000L + i));
      open("topic=a", Grant.NONE).run();
    }
    List<Publication> all = published();
    assertThat(all).hasSize(1200);
    assertThat(log.appends).isEqualTo(12);
    assertThat(all.stream().map(p -> json(p.data()).getBoolean("active")).limit(6))
        .containsExactly(true, true, false, false, true, true);
  }

  @Test
  void streamsOpenAndCloseWhileTheLogTakesNothing() {
    log.isFull = true;
    try (LogLines lines = new LogLines(SubscriptionEvents.class)) {
      Runnable leave = open("topic=a", Grant.NONE);
      scheduler.runDue();
      leave.run();
      scheduler.runDue();
      assertThat(lines.lines()).singleElement().asString().contains("takes nothing");
    }
    log.isFull = false;
    open("topic=b", Grant.NONE);
    assertThat(published()).hasSize(2);
    assertThat(subscriptions.all()).hasSize(1);
  }

  @Test
  void whenTheLogIsMuchSlowerThanTheyComeAndGoEventsAreLostAndThatIsSaid() {
    int many = 60_000; // of two events each
    ActiveSubscriptions crowd =
        new ActiveSubscriptions(hub, SubscriptionDirectory.NONE, scheduler, UUID::randomUUID);
    try (LogLines lines = new LogLines(SubscriptionEvents.class)) {
      for (int i = 0; i < many; i++) {
        var unused = open(crowd);
      }
      assertThat(lines.lines()).singleElement().asString().contains("too slow");
    }
    scheduler.runDue();
    assertThat(crowd.all()).hasSize(many);
    assertThat(log.newest()).isEqualTo(100_000);
    open(crowd).run();
    scheduler.runDue();
    assertThat(log.newest()).as("it goes on").isEqualTo(100_004);
  }

  @Test
  void nothingIsLostOrLeftWhenManyComeAndGoAtOnce() throws InterruptedException {
    int threads = 4;
    int each = 2000;
    ExecutorService telling = Executors.newSingleThreadExecutor();
    ActiveSubscriptions crowd =
        new ActiveSubscriptions(hub, SubscriptionDirectory.NONE, telling, UUID::randomUUID);
    List<Thread> all =
        Stream.generate(
                () ->
                    new Thread(
                        () -> {
                          for (int i = 0; i < each; i++) {
                            open(crowd).run();
                          }
                        }))
            .limit(threads)
            .toList();
    all.forEach(Thread::start);
    for (Thread thread : all) {
      thread.join();
    }
    telling.shutdown();
    assertThat(telling.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    assertThat(log.newest()).isEqualTo(4L * threads * each);
  }

  @Test
  void aStreamAsksOnceForTheEventsOfItsOpeningAndItsEnd() {
    List<Integer> asked = new ArrayList<>();
    var unused =
        subscriptions.open(
            SubscriptionMatcher.in(new Form("match=a&topic=b{c}")),
            Grant.NONE,
            events -> {
              asked.add(events);
              return false;
            });
    assertThat(asked).containsExactly(6); // a template has no word in draft 8
    assertThat(published()).isEmpty();
    assertThat(subscriptions.all()).isEmpty();

    open("match=a&topic=b{c}", Grant.NONE).run();
    assertThat(published()).hasSize(6);
  }

  /** With the limits as they are unless set, and 400 events for each stream. */
  @Test
  void whoOpensStreamsWithoutEndEvictsNothingOfOthers() {
    EventLog small = MemoryLogs.of(100_000);
    Hub other = Hubs.over(small, scheduler);
    other.publish(Publication.of(new Topic("theirs"), "x"));
    ActiveSubscriptions crowd =
        new ActiveSubscriptions(other, SubscriptionDirectory.NONE, scheduler, UUID::randomUUID);
    ClientLimits limits =
        new ClientLimits(
            new SettingsReader(key -> null, key -> null, key -> null, Path.of("home"), 2)
                .read("")
                .limits(),
            scheduler::nanoTime);
    HttpServletRequest stranger =
        new Exchange("GET", "/.well-known/mercure", null).from("192.0.2.1").request();
    List<SubscriptionMatcher> many =
        IntStream.range(0, 100).mapToObj(i -> new SubscriptionMatcher(null, "t" + i)).toList();
    int refused = 0;
    for (int i = 0; i < 2_500; i++) {
      Runnable leave =
          crowd.open(many, Grant.NONE, events -> limits.takeSubscriptionEvents(stranger, events));
      if (leave == null) {
        refused++;
      } else {
        leave.run();
      }
      scheduler.runDue();
    }
    assertThat(refused).isGreaterThan(2_400);
    assertThat(small.newest()).isLessThan(26_000);
    assertThat(small.read(Place.at(0), small.newest(), entry -> true, 1))
        .isInstanceOfSatisfying(
            Batch.class,
            first ->
                assertThat(first.entries().get(0).publication().topics())
                    .containsExactly(new Topic("theirs")));
  }

  @Test
  void streamsOpenWithWhatNoTopicIsLongEnoughFor() {
    open("topic=" + "a".repeat(Topic.MAX_LENGTH) + "&topic=b", Grant.NONE);
    assertThat(published()).hasSize(2);
    assertThat(subscriptions.all()).hasSize(2);
  }

  @Test
  void streamsCloseWhenTheServerHasStoppedTelling() {
    Runnable leave = open("topic=a", Grant.NONE);
    assertThat(published()).hasSize(2);
    scheduler.shutdown();
    leave.run();
    assertThat(subscriptions.all()).isEmpty();
  }

  @Test
  void aStreamThatCannotBeToldOfIsNotThere() {
    scheduler.failNext();

    assertThatExceptionOfType(InternalError.class)
        .isThrownBy(() -> open("topic=a", Grant.NONE))
        .withMessage("made to fail");
    assertThat(subscriptions.all()).isEmpty();
    open("topic=b", Grant.NONE);
    assertThat(published().stream().map(event -> json(event.data()).getBoolean("active")))
        .as("those of the first, and then of the second")
        .containsExactly(true, true, false, false, true, true);
  }

  @Test
  void anErrorOfTheLogIsOfTheEventsItIsAbout() {
    log.isBroken = true;
    try (LogLines lines = new LogLines(SubscriptionEvents.class)) {
      open("topic=a", Grant.NONE);
      scheduler.runDue();
      assertThat(lines.lines()).singleElement().asString().contains("Could not publish");
    }
    log.isBroken = false;

    open("topic=b", Grant.NONE);
    assertThat(published()).hasSize(2);
  }

  private Runnable open(String form, Grant grant) {
    return Objects.requireNonNull(
        subscriptions.open(SubscriptionMatcher.in(new Form(form)), grant, events -> true));
  }

  private static Runnable open(ActiveSubscriptions crowd) {
    return Objects.requireNonNull(crowd.open(List.of(PLAIN), Grant.NONE, events -> true));
  }

  /** What has been published so far, and was not asked for before. */
  private List<Publication> published() {
    long before = log.newest();
    scheduler.runDue();
    List<Publication> all = new ArrayList<>();
    long at = before;
    while (at < log.newest()) {
      Batch batch = (Batch) log.read(Place.at(at), log.newest(), entry -> true, 10_000);
      batch.entries().forEach(entry -> all.add(entry.publication()));
      at = batch.reached();
    }
    return all;
  }

  private static Publication event(
      String part, @Nullable String type, String document, boolean isActive) {
    String data =
        document.formatted(FIRST_PART, FIRST_URN, isActive).replace("\n", "").replace('\'', '"');
    Publication event = Publication.of(new Topic(ROOT + part + '/' + FIRST_PART), data).privately();
    return type == null ? event : event.withType(type);
  }

  private static JsonObject json(String text) {
    return Json.createReader(new StringReader(text)).readObject();
  }
}
