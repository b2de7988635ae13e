package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.Publication;
import bellwether.eventlog.file.FakeDisk;
import bellwether.eventlog.file.FileLogs;
import bellwether.eventlog.shared.FakeStore;
import bellwether.eventlog.shared.SharedLogs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.hub.ModelReader.Frame;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import java.time.Duration;
import java.time.InstantSource;
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

  /** Likewise of what is in the store of many nodes. */
  @ParameterizedTest
  @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
  @ValueSource(ints = {16, 1000})
  void doesSoOverAStoreOfManyNodes(int capacity) {
    for (int seed = 0; seed < 250; seed++) {
      Random random = new Random(seed);
      begin(capacity, seed);
      EventLog log =
          SharedLogs.open(
              new FakeStore(random),
              SharedLogs.limits(capacity, FileLogs.HOT),
              InstantSource.system());
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
      } else if (random.nextInt(3) > 0) {
        client.poll();
      } else {
        var unused = new Client(hub, model, random).poll(); // one that does not come again
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
    boolean isPrivate = random.nextInt(4) == 0;
    String ownId = HubModelTest.ownId(random);
    var entry = model.publish(topics, isPrivate, retained.matches(topics.get(0)), ownId);
    String data = "e" + entry.position();
    hub.publish(new Publication(topics, isPrivate, ownId, null, null, data, null));
    story.append("publish ").append(entry).append('\n');
  }

  private final class Client {
    private final Hub hub;
    private final ModelHub model;
    private final Random random;
    private final Granted granted;
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
      place =
          switch (random.nextInt(4)) {
            case 0 -> new StartingPoint.After("alien");
            case 1 -> new StartingPoint.After("x"); // perhaps that of some that are published
            default -> new StartingPoint.Newest();
          };
      granted = HubModelTest.GRANTS.get(random.nextInt(HubModelTest.GRANTS.size()));
      interest = new Interest(topics, place, all, Duration.ZERO, granted);
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
      try (Cursor subscription = hub.subscribe(now, () -> {})) {
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
        EventId ours = EventId.parse(item.entry().publicId());
        String id = ours == null ? item.entry().publicId() : Long.toString(ours.position());
        given.add(new Frame(data, item.hasId() ? id : null));
      }
      Gap gap = page.gap();
      if (gap != null && gap.reason() == Gap.Reason.UNKNOWN) {
        given.add(0, new Frame("gap unknown", null));
      } else if (gap != null) { // states without an id are beside the log, and come first
        assertThat(model.lostThrough).as("told once\n" + story).isGreaterThan(lostThrough);
        int before = (int) given.stream().filter(frame -> frame.id() == null).count();
        given.add(before, new Frame("gap evicted", null));
      }
      List<Frame> expected =
          due.stream()
              .filter(frame -> !frame.what().equals("cursor"))
              .map(f -> f.what().startsWith("gap") ? new Frame(f.what(), null) : f)
              .toList();
      if (page.isFull()) {
        assertThat(given.size()).as(story.toString()).isLessThan(expected.size());
        Frame next = expected.get(given.size());
        if (next.what().startsWith("e") && next.id() != null) {
          assertThat(end).as(story.toString()).isLessThan(positionOf(next));
        }
        expected = expected.subList(0, given.size());
      } else {
        assertThat(end).as("nothing of others overtakes it\n" + story).isEqualTo(model.newest());
      }
      assertThat(given).as(story.toString()).isEqualTo(expected);
    }

    private static long positionOf(Frame frame) {
      return Long.parseLong(frame.what().substring(1));
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
          && (!entry.isPrivate() || granted.mayRead(entry.topics()))
          && entry.topics().stream().anyMatch(interest.topics()::matches);
    }
  }
}
