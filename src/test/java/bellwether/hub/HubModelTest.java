package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.Publication;
import bellwether.eventlog.file.FakeDisk;
import bellwether.eventlog.file.FileEventLog;
import bellwether.eventlog.file.FileLogs;
import bellwether.eventlog.shared.FakeStore;
import bellwether.eventlog.shared.SharedEventLog;
import bellwether.eventlog.shared.SharedLogLimits;
import bellwether.eventlog.shared.SharedLogs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.hub.ModelReader.Frame;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import bellwether.wire.MessageEvent;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random schedules of publishing, opening, polling, cutting, resuming, evicting and conflating: the
 * hub must send every reader, frame by frame, what the model says. In the end only those that were
 * woken look: a wake-up that was lost leaves its reader short.
 */
class HubModelTest {
  static final String EPOCH_MARK = "bw";

  static final List<String> TOPICS =
      List.of("state/a", "state/b", "state/c", "log/a", "log/b", "news");
  static final List<List<String>> FILTERS =
      List.of(
          List.of("*"),
          List.of("state/{name}"),
          List.of("log/{name}"),
          List.of("news"),
          List.of("state/a"),
          List.of("log/a", "state/b"),
          List.of("{+any}"),
          List.of("nothing"));

  static final List<String> OWN_IDS = List.of("x", "y", "z"); // each given again and again
  static final List<Granted> GRANTS =
      List.of(
          Granted.NOTHING,
          Granted.NOTHING,
          new Granted(List.of(new Topic("state/a"))),
          new Granted(List.of(new Topic("log/a"), new Topic("state/b"))),
          new Granted(TOPICS.stream().map(Topic::new).toList()));

  /** A reader and its model, which must agree. */
  private static final class Pair implements Subscriber {
    final Interest interest;
    final Cursor real;
    final ModelReader model;
    final String name;
    @Nullable String lastEventId;
    long known = -1; // the position of what it got last
    long toldOf; // what is lost, by a gap that was the last the client got
    boolean isOvertaken;
    boolean isToPoll = true; // at first, then when woken or cut short: as a connection does

    Pair(String name, Interest interest, Hub hub, ModelReader model, @Nullable String lastEventId) {
      this.name = name;
      this.interest = interest;
      this.real = hub.subscribe(interest, this);
      this.model = model;
      this.lastEventId = lastEventId;
    }

    @Override
    public void wake() {
      isToPoll = true;
    }

    @Override
    public void overtaken() {
      isOvertaken = true;
    }
  }

  /** What the hub says has happened. */
  private static final class Counts implements HubListener {
    int published;
    int conflated;
    int gaps;

    @Override
    public void published(int events) {
      published += events;
    }

    @Override
    public void conflated(int entries) {
      conflated += entries;
    }

    @Override
    public void gap() {
      gaps++;
    }
  }

  /** The log that the hub is over, and what may befall it. */
  private interface Store {
    EventLog log();

    /** What the log has let go of, where the model cannot know by itself. */
    default void evict(ModelHub model) {}

    /** Whether the log is another object now, with the same entries. */
    default boolean reopen(Random random) {
      return false;
    }
  }

  private ManualScheduler executor = new ManualScheduler();
  private final ManualScheduler fetching = new ManualScheduler();
  private ModelHub model = new ModelHub(1);
  private Counts counts = new Counts();
  private int readers;
  private int gaps; // that readers were told of
  private final StringBuilder story = new StringBuilder();

  @ParameterizedTest
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD) // a reader could go in circles
  @ValueSource(ints = {2, 3, 5, 16, 1000})
  void sendsEveryReaderWhatTheModelSays(int capacity) {
    for (int seed = 0; seed < 1500; seed++) {
      Random random = new Random(seed);
      EventLog log = MemoryLogs.of(capacity, random);
      begin(capacity, seed);
      run(() -> log, new ModelHub(capacity), random);
      assertThat(counts.conflated).as(story.toString()).isEqualTo(model.conflated);
    }
  }

  /** Of what is in the files only the newest three are in memory too. */
  @ParameterizedTest
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  @ValueSource(ints = {16, 24, 1000})
  void doesSoOverFilesThroughCrashes(int capacity) {
    for (int seed = 0; seed < 700; seed++) {
      Random random = new Random(seed);
      begin(capacity, seed);
      run(new Files(capacity, random), new ModelHub(Integer.MAX_VALUE, FileLogs.HOT), random);
    }
  }

  private static final class Files implements Store {
    private final int capacity;
    private FakeDisk disk = new FakeDisk();
    private FileEventLog log;

    Files(int capacity, Random random) {
      this.capacity = capacity;
      this.log = FileLogs.open(disk, capacity, random);
    }

    @Override
    public EventLog log() {
      return log;
    }

    @Override
    public void evict(ModelHub model) {
      model.evictTo(log.oldest());
    }

    @Override
    public boolean reopen(Random random) {
      switch (random.nextInt(4)) {
        case 0 -> log.tend();
        case 1 -> log.close();
        case 2 -> disk = disk.copy(); // killed
        default -> {
          disk = disk.copy();
          disk.cutPower(random); // it was synced all the same
        }
      }
      log = FileLogs.open(disk, capacity, random);
      return true;
    }
  }

  /** Of what is in the store only the newest three are in memory too; a node may be killed. */
  @ParameterizedTest
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  @ValueSource(ints = {16, 24, 1000})
  void doesSoOverAStoreOfManyNodes(int capacity) {
    for (int seed = 0; seed < 700; seed++) {
      Random random = new Random(seed);
      begin(capacity, seed);
      run(new Nodes(capacity, random), new ModelHub(Integer.MAX_VALUE, FileLogs.HOT), random);
    }
  }

  /** Clients come back to another node, which may not have read yet what they have. */
  private static final class Nodes implements Store {
    private final FakeStore store;
    private final SharedLogLimits limits;
    private SharedEventLog log;
    private SharedEventLog other;

    Nodes(int capacity, Random random) {
      store = new FakeStore(random);
      limits = SharedLogs.limits(capacity, FileLogs.HOT);
      log = node();
      other = node();
    }

    private SharedEventLog node() {
      return SharedLogs.open(store, limits, InstantSource.system());
    }

    @Override
    public EventLog log() {
      return log;
    }

    @Override
    public void evict(ModelHub model) {
      model.evictTo(log.oldest());
    }

    @Override
    public boolean reopen(Random random) {
      store.isDeaf = random.nextBoolean();
      SharedEventLog killed = log;
      log = other;
      other = random.nextBoolean() ? killed : node();
      log.tend();
      return true;
    }
  }

  private void begin(int capacity, int seed) {
    gaps = 0;
    story.setLength(0);
    story.append("capacity ").append(capacity).append(" seed ").append(seed).append('\n');
  }

  private void run(Store store, ModelHub newModel, Random random) {
    executor = new ManualScheduler();
    model = newModel;
    counts = new Counts();
    TopicSelector retained = TopicSelector.parse(List.of("state/{name}"));
    Hub hub = hubOver(store.log(), retained);
    List<Pair> pairs = new ArrayList<>();
    for (int step = 0; step < 60; step++) {
      switch (random.nextInt(11)) {
        case 0, 1, 2, 3 -> {
          publish(hub, retained, model, random);
          store.evict(model);
        }
        case 4 -> pairs.add(open(hub, store.log(), model, random));
        case 5 -> fanOut(model, pairs);
        case 6 -> cut(hub, model, pairs, random);
        case 7 -> passTime(model, pairs, random.nextInt(30));
        case 8 -> heartbeat(pairs, random);
        default -> poll(hub, pairs, random);
      }
      if (random.nextInt(15) == 0 && store.reopen(random)) {
        hub.close();
        story.append("reopen\n");
        hub = hubOver(store.log(), retained);
        model.examined = model.newest();
        for (int i = 0; i < pairs.size(); i++) { // each takes its place at the end of the line
          cut(hub, model, pairs, 0);
        }
      }
    }
    for (int i = 0; i < 4; i++) {
      passTime(model, pairs, 1000);
      for (Pair pair : List.copyOf(pairs)) {
        if (pair.isToPoll) {
          poll(hub, pairs, pair, Integer.MAX_VALUE);
        }
      }
    }
    for (Pair pair : pairs) {
      assertThat(pair.model.isCaughtUp()).as(story.toString()).isTrue();
    }
    assertThat(counts.published).isEqualTo(model.newest());
    assertThat(counts.gaps).as(story.toString()).isEqualTo(gaps);
  }

  private Hub hubOver(EventLog log, TopicSelector retained) {
    return new Hub(
        log, retained::matches, executor, fetching, FanOut.over(2), executor::nanoTime, counts);
  }

  private void publish(Hub hub, TopicSelector retained, ModelHub model, Random random) {
    List<Topic> topics = new ArrayList<>();
    do {
      topics.add(new Topic(TOPICS.get(random.nextInt(TOPICS.size()))));
    } while (random.nextInt(5) == 0);
    boolean isPrivate = random.nextInt(4) == 0;
    String ownId = ownId(random);
    var entry = model.publish(topics, isPrivate, retained.matches(topics.get(0)), ownId);
    String data = "e" + entry.position();
    EventId id = hub.publish(new Publication(topics, isPrivate, ownId, null, null, data, null));
    story.append("publish ").append(entry).append('\n');
    assertThat(id.position()).as(story.toString()).isEqualTo(entry.position());
  }

  /** Most have none. */
  static @Nullable String ownId(Random random) {
    return random.nextInt(3) == 0 ? OWN_IDS.get(random.nextInt(OWN_IDS.size())) : null;
  }

  private Pair open(Hub hub, EventLog log, ModelHub model, Random random) {
    StartingPoint start =
        switch (random.nextInt(7)) {
          case 0 -> new StartingPoint.Earliest();
          case 1 -> new StartingPoint.After("strange");
          case 4 -> new StartingPoint.After(OWN_IDS.get(random.nextInt(OWN_IDS.size())));
          case 2, 3 ->
              new StartingPoint.After(log.idAt(random.nextLong(model.newest() + 1)).toString());
          default -> new StartingPoint.Newest();
        };
    Duration interval = random.nextInt(4) == 0 ? Duration.ofNanos(20) : Duration.ZERO;
    TopicSelector topics = TopicSelector.parse(FILTERS.get(random.nextInt(FILTERS.size())));
    boolean all = random.nextInt(4) == 0;
    Granted granted = GRANTS.get(random.nextInt(GRANTS.size()));
    Interest interest = new Interest(topics, start, all, interval, granted);
    Interest asked =
        switch (random.nextInt(8)) {
          case 0 -> interest.telling(null);
          case 1, 2 -> interest.withoutControlEvents();
          default -> interest;
        };
    return open(hub, model, asked);
  }

  private Pair open(Hub hub, ModelHub model, Interest interest) {
    String name = "r" + readers++ + interest.topics().filters();
    story.append("open ").append(name).append(interest.start());
    story.append(interest.mayReadPrivate()).append('\n');
    String lastEventId =
        interest.start() instanceof StartingPoint.After after ? after.lastEventId() : null;
    ModelReader reader = new ModelReader(model, interest, executor.nanoTime());
    Pair pair = new Pair(name, interest, hub, reader, lastEventId);
    assertThat(pair.real.lastEventIdHeader()).as(story.toString()).isEqualTo(reader.header());
    gaps += reader.isToldByHeader() ? 1 : 0;
    return pair;
  }

  /** The connection breaks; the client comes back with the last id it got. */
  private void cut(Hub hub, ModelHub model, List<Pair> pairs, Random random) {
    if (!pairs.isEmpty()) {
      cut(hub, model, pairs, random.nextInt(pairs.size()));
    }
  }

  private void cut(Hub hub, ModelHub model, List<Pair> pairs, int place) {
    Pair old = pairs.remove(place);
    old.real.close();
    StartingPoint start =
        old.lastEventId == null ? old.interest.start() : new StartingPoint.After(old.lastEventId);
    story.append("cut ").append(old.name).append('\n');
    if (old.model.isOpening()) {
      assertThat(start).as("as if it had never come\n" + story).isEqualTo(old.interest.start());
    }
    Pair next = open(hub, model, old.interest.from(start));
    if (old.toldOf == model.lostThrough && old.toldOf > 0) {
      next.toldOf = old.toldOf;
      assertThat(next.real.lastEventIdHeader())
          .as("it has been told\n" + story)
          .isEqualTo(old.lastEventId);
    }
    pairs.add(next);
  }

  private void fanOut(ModelHub model, List<Pair> pairs) {
    story.append("fan out\n");
    executor.runDue();
    pairs.forEach(pair -> pair.model.examined(model.examined));
    model.examined = model.newest();
  }

  private void passTime(ModelHub model, List<Pair> pairs, long nanos) {
    fanOut(model, pairs);
    executor.advance(Duration.ofNanos(nanos));
  }

  private void poll(Hub hub, List<Pair> pairs, Random random) {
    List<Pair> candidates =
        random.nextInt(4) == 0 ? pairs : pairs.stream().filter(pair -> pair.isToPoll).toList();
    if (!candidates.isEmpty()) {
      int limit = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(3);
      poll(hub, pairs, candidates.get(random.nextInt(candidates.size())), limit);
    }
  }

  private void poll(Hub hub, List<Pair> pairs, Pair pair, int limit) {
    compare(pair, limit);
    assertThat(pair.isOvertaken).as(story.toString()).isEqualTo(pair.model.isOvertaken());
    if (pair.isOvertaken) {
      cut(hub, model, pairs, pairs.indexOf(pair));
    }
  }

  private void heartbeat(List<Pair> pairs, Random random) {
    if (!pairs.isEmpty()) {
      Pair pair = pairs.get(random.nextInt(pairs.size()));
      long known = pair.known;
      byte[] beat = pair.real.heartbeat();
      if (beat.length > 2) {
        Frame frame = read(pair, beat);
        story.append("heartbeat ").append(pair.name).append(frame).append('\n');
        assertThat(frame.what()).isEqualTo("cursor");
        assertThat(pair.known).as("news, else a comment does\n" + story).isGreaterThan(known);
        assertThat(pair.model.owesNothingUpTo(pair.known)).as(story.toString()).isTrue();
      }
    }
  }

  private void compare(Pair pair, int limit) {
    pair.isToPoll = false;
    List<byte[]> taken = new ArrayList<>();
    if (CursorFrames.poll(pair.real, limit, fetching, pair.model::fetches, taken)) {
      pair.isToPoll = true;
    }
    List<Frame> frames = taken.stream().map(bytes -> read(pair, bytes)).toList();
    story.append("poll ").append(pair.name).append(frames).append('\n');
    List<Frame> expected = new ArrayList<>(pair.model.poll(limit, executor.nanoTime()));
    if (pair.model.isCaughtUp() && frames.size() > expected.size()) {
      pair.model.looksEarly();
      expected.addAll(pair.model.poll(limit - expected.size(), executor.nanoTime()));
    }
    assertThat(frames).as(story.toString()).isEqualTo(expected);
    for (Frame frame : frames) {
      pair.toldOf = frame.what().equals("gap evicted") ? model.lostThrough : 0;
    }
    gaps += (int) frames.stream().filter(frame -> frame.what().startsWith("gap")).count();
  }

  private static Frame read(Pair pair, byte[] bytes) {
    MessageEvent event = CursorFrames.parse(bytes);
    boolean hasId = !event.lastEventId().isEmpty();
    EventId ours = EventId.parse(event.lastEventId());
    if (hasId) {
      pair.lastEventId = event.lastEventId();
      pair.known = ours == null ? Long.parseLong(event.data().substring(1)) : ours.position();
    }
    String what =
        switch (event.type()) {
          case "gap" -> event.data().contains("unknown") ? "gap unknown" : "gap evicted";
          case "cursor" -> "cursor";
          default -> event.data();
        };
    return ours != null
        ? Frame.at(what, ours.position())
        : new Frame(what, hasId ? event.lastEventId() : null);
  }
}
