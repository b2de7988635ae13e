package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.FakeDisk;
import bellwether.eventlog.FileLogs;
import bellwether.eventlog.Publication;
import bellwether.eventlog.Topic;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.hub.ModelReader.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random schedules of publishing, evicting and polling: a client that reads page by page, each with
 * a new subscription from where the last ended, and some of whose answers are lost. Each page must
 * be what the model would send, and all of them together each event of a log once and in order, but
 * for what gaps have told of.
 */
class PollModelTest {
  private final ManualScheduler executor = new ManualScheduler();
  private final ManualScheduler fetching = new ManualScheduler();
  private final TopicSelector retained = TopicSelector.parse(List.of("state/{name}"));
  private final StringBuilder story = new StringBuilder();

  @ParameterizedTest
  @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD) // a client could go in circles
  @ValueSource(ints = {2, 3, 16, 1000})
  void answersEachPollAsTheModelSays(int capacity) {
    for (int seed = 0; seed < 600; seed++) {
      Random random = new Random(seed);
      begin(capacity, seed);
      run(MemoryLogs.of(capacity, random), new ModelHub(capacity), () -> {}, random);
    }
  }

  /** Of what is in the files only the newest three are in memory too: the rest is fetched. */
  @ParameterizedTest
  @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
  @ValueSource(ints = {16, 1000})
  void doesSoOverFiles(int capacity) {
    for (int seed = 0; seed < 250; seed++) {
      Random random = new Random(seed);
      begin(capacity, seed);
      EventLog log = FileLogs.open(new FakeDisk(), capacity, random);
      ModelHub model = new ModelHub(Integer.MAX_VALUE, FileLogs.HOT);
      run(log, model, () -> model.evictTo(log.oldest()), random);
    }
  }

  private void begin(int capacity, int seed) {
    story.setLength(0);
    story.append("capacity ").append(capacity).append(" seed ").append(seed).append('\n');
  }

  private void run(EventLog log, ModelHub model, Runnable evict, Random random) {
    Hub hub =
        new Hub(
            log,
            retained::matches,
            executor,
            fetching,
            FanOut.over(2),
            executor::nanoTime,
            HubListener.NONE);
    Client client = new Client(hub, model, random);
    for (int step = 0; step < 60; step++) {
      if (random.nextInt(3) > 0) {
        publish(hub, model, random);
        evict.run();
      } else {
        client.poll();
      }
      if (random.nextInt(4) == 0) {
        executor.runDue();
      }
    }
    while (!client.poll()) {}
    client.checkAll();
    hub.close();
    executor.runDue();
  }

  private void publish(Hub hub, ModelHub model, Random random) {
    List<Topic> topics = new ArrayList<>();
    do {
      topics.add(new Topic(HubModelTest.TOPICS.get(random.nextInt(HubModelTest.TOPICS.size()))));
    } while (random.nextInt(5) == 0);
    boolean isPrivate = random.nextInt(10) == 0;
    var entry = model.publish(topics, isPrivate, retained.matches(topics.get(0)));
    String data = "e" + entry.position();
    hub.publish(new Publication(topics, isPrivate, null, null, null, data, null));
    story.append("publish ").append(data).append(' ').append(topics).append('\n');
  }

  private final class Client {
    private final Hub hub;
    private final ModelHub model;
    private final Random random;
    private final Interest interest;
    private final List<Long> events = new ArrayList<>(); // that it got, of logs
    private StartingPoint place;
    private long begins = -1; // where its first answer ended
    private long lostThrough; // by the gaps that it was told of

    Client(Hub hub, ModelHub model, Random random) {
      this.hub = hub;
      this.model = model;
      this.random = random;
      List<List<String>> filters = HubModelTest.FILTERS;
      TopicSelector topics = TopicSelector.parse(filters.get(random.nextInt(filters.size())));
      boolean all = random.nextInt(4) == 0;
      place = random.nextBoolean() ? new StartingPoint.Newest() : new StartingPoint.After("alien");
      interest = new Interest(topics, place, all, Duration.ZERO, entry -> false);
    }

    /** Returns whether it has all that there is. */
    boolean poll() {
      Interest now = interest.from(place);
      int most = random.nextBoolean() ? 1000 : 1 + random.nextInt(3);
      Page page = new Page(most, Long.MAX_VALUE, Long.MAX_VALUE);
      List<Frame> due = new ModelReader(model, now, 0).poll(Integer.MAX_VALUE, 0);
      String resumeId = read(now, page);
      story.append("poll ").append(place).append(" to ").append(resumeId).append('\n');
      long end = Objects.requireNonNull(EventId.parse(resumeId)).position();
      check(page, end, due);
      if (random.nextInt(5) == 0) {
        story.append("lost\n");
        return false;
      }
      take(page, end);
      place = new StartingPoint.After(resumeId);
      return !page.isFull();
    }

    private String read(Interest now, Page page) {
      try (Subscription subscription = hub.subscribe(now, () -> {})) {
        while (subscription.poll(page) || subscription.isAwaiting()) {
          fetching.runDue();
        }
        return Objects.requireNonNull(subscription.resumeId());
      }
    }

    private void check(Page page, long end, List<Frame> due) {
      List<Frame> given = new ArrayList<>();
      for (Page.Item item : page.items()) {
        String data = item.entry().publication().data();
        given.add(new Frame(data, item.hasId() ? item.entry().position() : -1));
      }
      String gap = page.gap();
      if (gap != null && gap.contains("unknown")) {
        given.add(0, new Frame("gap unknown", -1));
      } else if (gap != null) { // states without an id are beside the log, and come first
        assertThat(model.lostThrough).as("told once\n" + story).isGreaterThan(lostThrough);
        int before = (int) given.stream().filter(frame -> frame.id() < 0).count();
        given.add(before, new Frame("gap evicted", -1));
      }
      List<Frame> expected =
          due.stream()
              .filter(frame -> !frame.what().equals("cursor"))
              .map(f -> f.what().startsWith("gap") ? new Frame(f.what(), -1) : f)
              .toList();
      if (page.isFull()) {
        assertThat(given.size()).as(story.toString()).isLessThan(expected.size());
        Frame next = expected.get(given.size());
        assertThat(end).as(story.toString()).isLessThan(next.id() < 0 ? end + 1 : next.id());
        expected = expected.subList(0, given.size());
      } else {
        assertThat(end).as("nothing of others overtakes it\n" + story).isEqualTo(model.newest());
      }
      assertThat(given).as(story.toString()).isEqualTo(expected);
    }

    private void take(Page page, long end) {
      if (page.gap() != null) {
        lostThrough = model.lostThrough;
      }
      for (Page.Item item : page.items()) {
        if (!item.entry().isRetained()) {
          events.add(item.entry().position());
        }
      }
      begins = begins < 0 ? end : begins;
    }

    /** Everything that it was due since it began. */
    void checkAll() {
      assertThat(events).as(story.toString()).isSorted().doesNotHaveDuplicates();
      for (ModelHub.Entry entry : model.entries) {
        if (entry.position() > Math.max(begins, lostThrough) && isDue(entry)) {
          assertThat(events).as(story.toString()).contains(entry.position());
        }
      }
    }

    private boolean isDue(ModelHub.Entry entry) {
      return !entry.retained()
          && !entry.isPrivate()
          && entry.topics().stream().anyMatch(interest.topics()::matches);
    }
  }
}
