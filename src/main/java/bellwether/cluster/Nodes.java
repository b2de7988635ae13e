package bellwether.cluster;

import bellwether.cluster.ClusterStore.Meeting;
import bellwether.eventlog.Report;
import bellwether.table.SourceUnavailableException;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes that share a log, as this one knows them. They meet in their store every two seconds,
 * and ask each other through it. Any thread.
 */
public final class Nodes implements AutoCloseable {
  /*
   * No node connects to another: they may be behind one address, and an operator need not open a
   * port. So messages wait in the store, and each node looks for its own several times a second;
   * more often while it waits for an answer itself.
   */
  private static final Logger logger = LoggerFactory.getLogger(Nodes.class);
  private static final Report report = new Report(logger);

  private static final Duration TICK = Duration.ofMillis(20);
  private static final Duration LOOK = Duration.ofMillis(200); // while no answer is awaited
  private static final Duration MEETING = Duration.ofSeconds(2);

  /** How long a node counts as living that says nothing any more. */
  static final Duration LIFE = Duration.ofSeconds(20); // more than one call that times out

  /** How long a node must have been dead: after a jump of the store's clock all seem to be. */
  static final Duration DOUBT = Duration.ofSeconds(5); // more than two meetings

  private static final Duration AGAIN = Duration.ofMinutes(1); // for one that cannot be forgotten

  private final ClusterStore store;
  private final ScheduledExecutorService executor;
  private final LongSupplier nanoTime;
  private final Calls calls;
  private final Executor handling;
  private final Set<UUID> mourned = ConcurrentHashMap.newKeySet(); // at this moment
  private final Map<UUID, Long> deadSince = new ConcurrentHashMap<>(); // on the clock of nanoTime
  private final List<Part> parts = new CopyOnWriteArrayList<>();

  private volatile Member self;
  private volatile List<Member> others = List.of();

  // Guarded by the lock, which is held while this node meets the others.
  private final Lock closing = new ReentrantLock();
  private boolean isClosed;
  private long nextMeeting;
  private long nextLook;
  private boolean isAway;
  private boolean isForgotten; // and not all has been said again
  private long metAt; // the last time that a meeting succeeded
  private long steadySince; // meetings have succeeded from then on

  /**
   * Creates the view of a node that has not joined yet.
   *
   * @param rules the settings that all nodes must have alike, a line each
   * @param executor one thread, which may wait for the store
   * @param sending runs what sends messages, which may wait for the store
   * @param handling runs what other nodes ask for; may wait
   * @param nanoTime as {@link System#nanoTime}
   */
  public Nodes(
      ClusterStore store,
      UUID life,
      String name,
      String rules,
      ScheduledExecutorService executor,
      Executor sending,
      Executor handling,
      LongSupplier nanoTime) {
    this.store = store;
    this.self = new Member(life, name, rules, Instant.MAX);
    this.executor = executor;
    this.nanoTime = nanoTime;
    this.handling = handling;
    this.calls = new Calls(store, life, sending, handling, nanoTime);
  }

  /**
   * Joins the other nodes.
   *
   * @throws IllegalStateException if one that came before has other rules; then this node has not
   *     joined
   * @throws SourceUnavailableException if the store does not answer
   */
  public void join() {
    Meeting first = store.meet(self, LIFE);
    for (Member other : first.others()) {
      if (other.isElderThan(first.self()) && !other.rules().equals(self.rules())) {
        store.forget(self.life());
        throw new IllegalStateException(
            "node " + other.name() + " has " + difference(other.rules(), self.rules()));
      }
    }
    self = first.self();
    others = first.others();
  }

  private static String difference(String theirs, String ours) {
    List<String> here = ours.lines().toList();
    List<String> there = theirs.lines().toList();
    for (int i = 0; i < Math.min(here.size(), there.size()); i++) {
      if (!here.get(i).equals(there.get(i))) {
        return there.get(i) + ", and this one " + here.get(i) + "; all nodes need the same";
      }
    }
    return "other settings that all nodes must have alike, or another version of them";
  }

  /** Begins to meet the others, together with the parts that have been added. */
  public void start() {
    long nanos = TICK.toNanos();
    nextLook = nanoTime.getAsLong();
    nextMeeting = nextLook;
    metAt = nextLook;
    steadySince = nextLook;
    var unused = executor.scheduleWithFixedDelay(this::tick, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** Adds a part, which is called from the next meeting on. */
  public void add(Part part) {
    parts.add(part);
  }

  /** Has a function answer what other nodes ask; it may wait. */
  public void handle(String kind, Function<JsonObject, JsonObject> handler) {
    calls.handle(kind, handler::apply);
  }

  /**
   * Asks another node.
   *
   * @return its answer; or {@link NoAnswerException} if there is none in time
   */
  public CompletableFuture<JsonObject> ask(
      Member receiver, String kind, JsonObject body, Duration patience) {
    return calls.ask(receiver.life(), kind, body, patience);
  }

  public Member self() {
    return self;
  }

  /** Returns the other nodes that lived at the last meeting, the eldest first. */
  public List<Member> others() {
    return others;
  }

  /** Returns the other node with this number in the keys of its streams. */
  public Optional<Member> withNumber(int number) {
    return others.stream().filter(other -> other.number() == number).findFirst();
  }

  /** Returns all nodes of a name, this one included. */
  public List<Member> named(String name) {
    List<Member> named = new ArrayList<>(others);
    named.add(self);
    named.removeIf(member -> !member.name().equals(name));
    return named;
  }

  private void tick() {
    closing.lock();
    try {
      if (!isClosed) {
        calls.expire();
        lookAndMeet();
      }
    } catch (SourceUnavailableException e) {
      if (!isAway) {
        isAway = true;
        logger.warn("The other nodes cannot be reached: {}", String.valueOf(e.getCause()));
      }
    } catch (RuntimeException | Error e) { // out of here, it would end the schedule
      report.error("This node could not meet the others; trying again", e);
    } finally {
      closing.unlock();
    }
  }

  private void lookAndMeet() {
    long now = nanoTime.getAsLong();
    boolean isToLook = calls.isWaiting() || now - nextLook >= 0;
    if (isToLook) {
      nextLook = now + LOOK.toNanos();
      store.receive(self.life()).forEach(calls::take);
    }
    if (now - nextMeeting >= 0) {
      nextMeeting = now + MEETING.toNanos();
      meet();
    }
    if (isToLook && isAway) {
      isAway = false;
      logger.info("The other nodes can be reached again");
    }
  }

  private void meet() {
    long now = nanoTime.getAsLong();
    if (now - metAt > LIFE.toNanos()) {
      parts.forEach(Part::cutOff);
      steadySince = now;
    }
    boolean mayBeNew = true; // if the answer is lost, nobody knows
    try {
      Meeting meeting = store.meet(self, LIFE);
      mayBeNew = meeting.isNew();
      self = meeting.self();
      others = meeting.others();
      metAt = now;
      mournAll(meeting, now);
    } finally {
      isForgotten |= mayBeNew;
    }
    sayAll();
  }

  /** Has each part say what it has; one that fails does not keep the others from that. */
  private void sayAll() {
    RuntimeException failure = null;
    for (Part part : parts) {
      try {
        part.meet(isForgotten);
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    isForgotten = false;
  }

  /**
   * Does for the dead what they can do no more; one node is enough for that, the eldest. After an
   * outage of the store all seem dead until they have met again, so they are given the time for it.
   * It takes long for a node that had much, so it does not keep this one from saying that it lives.
   */
  private void mournAll(Meeting meeting, long now) {
    deadSince.keySet().retainAll(meeting.dead());
    meeting.dead().forEach(dead -> deadSince.putIfAbsent(dead, now));
    boolean isEldest = meeting.others().stream().noneMatch(other -> other.isElderThan(self));
    if (!isEldest || now - steadySince < LIFE.toNanos()) {
      return;
    }
    for (UUID dead : meeting.dead()) {
      boolean isSure = now - deadSince.getOrDefault(dead, now) >= DOUBT.toNanos();
      if (isSure && mourned.add(dead)) {
        handling.execute(() -> mourn(dead));
      }
    }
  }

  private void mourn(UUID dead) {
    try {
      parts.forEach(part -> part.mourn(dead));
      if (store.forgetIfDead(dead)) {
        logger.info("A node has gone without a word");
      } else {
        deadSince.put(dead, nanoTime.getAsLong() + AGAIN.toNanos()); // not at each meeting
      }
    } catch (RuntimeException | Error e) { // another meeting tries again
      report.error("What a dead node left behind could not be cleared away; trying again", e);
    } finally {
      mourned.remove(dead);
    }
  }

  /** Leaves the others, if the store answers. */
  @Override
  public void close() {
    end(true);
  }

  /** Falls silent, so that the others do what this node could not do any more. */
  public void closeWithoutAWord() {
    end(false);
  }

  private void end(boolean isLeaving) {
    closing.lock(); // a meeting that is under way would say again that this node lives
    try {
      isClosed = true;
      if (isLeaving) {
        store.forget(self.life());
      }
    } catch (SourceUnavailableException e) {
      logger.debug("The others will notice that this node is gone", e);
    } finally {
      closing.unlock();
    }
  }
}
