package bellwether.hub;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Publication;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The hub: publishers give it events, and subscribers read them. Any thread may call anything;
 * nothing here waits for a subscriber.
 */
public final class Hub implements AutoCloseable {
  /*
   * To publish, the log gives the id and keeps the event. Then the publisher's thread, or the one
   * that writes the log, asks each stripe for a turn. Publishing costs no more than that. In its
   * turn a stripe notes the event on the cursors that it concerns and wakes their subscribers,
   * which read from their cursors. The stripes share nothing but the log.
   */
  private static final long COLD_BYTES = 64L << 20;

  private final EventLog log;
  private final Predicate<Topic> retained;
  private final ScheduledExecutorService executor;
  private final Executor fetching;
  private final LongSupplier nanoTime;
  private final HubListener listener;
  private final List<Stripe> stripes;
  private final PatternBudget patterns;
  private final AtomicInteger subscribed = new AtomicInteger();

  /** Creates a hub with 64 MiB for entries read from the disk, and the usual budget of patterns. */
  public Hub(
      EventLog log,
      Predicate<Topic> retained,
      ScheduledExecutorService executor,
      Executor fetching,
      FanOut fanOut,
      LongSupplier nanoTime,
      HubListener listener) {
    this(
        log,
        retained,
        executor,
        fetching,
        COLD_BYTES,
        fanOut,
        new PatternBudget(PatternBudget.USUAL),
        nanoTime,
        listener);
  }

  /**
   * @param retained the retained topics, of which only the latest event counts
   * @param executor runs the turns and wakes paced subscribers; the hub does not close it
   * @param fetching runs reads that wait for the log's disk, two at a time; the hub does not close
   *     it
   * @param coldBytes the most memory, roughly, for entries that were read from the disk and are not
   *     written yet; an event that takes more is read alone
   * @param patterns limits the patterns that each event is tried against
   * @param nanoTime as {@link System#nanoTime}
   */
  public Hub(
      EventLog log,
      Predicate<Topic> retained,
      ScheduledExecutorService executor,
      Executor fetching,
      long coldBytes,
      FanOut fanOut,
      PatternBudget patterns,
      LongSupplier nanoTime,
      HubListener listener) {
    this.log = log;
    this.retained = retained;
    this.executor = executor;
    this.fetching = fetching;
    this.nanoTime = nanoTime;
    this.listener = listener;
    this.patterns = patterns;
    ColdReads coldReads = new ColdReads(log, executor, fetching, nanoTime, coldBytes);
    this.stripes =
        Stream.generate(
                () -> new Stripe(log, executor, coldReads, fanOut.gathering(), patterns, nanoTime))
            .limit(fanOut.stripes())
            .toList();
    log.onReadable(() -> this.stripes.forEach(Stripe::requestTurn));
  }

  /** Publishes one event: see {@link #publish(List)}. */
  public EventId publish(Publication publication) {
    return publish(List.of(publication)).get(0).id();
  }

  /**
   * Publishes events, and returns once all of them are in the log, one after the other.
   *
   * @return the log's entries: for an idempotency key that is still kept, the entry that was
   *     published first
   * @throws IllegalArgumentException for a type that is reserved; then none was published
   * @throws LogUnavailableException if the log cannot keep the events; then none was published
   * @throws AppendInDoubtException if the outcome is unknown, for example because the disk does not
   *     answer
   */
  public List<LogEntry> publish(List<Publication> publications) {
    return append(publications, retained);
  }

  /**
   * Publishes events as {@link #publish(List)} does, without waiting: see {@link EventLog#submit}
   * for the thread that completes the result, and for what must not run on it.
   *
   * @throws IllegalArgumentException for a type that is reserved; then none was published
   */
  public CompletableFuture<List<LogEntry>> submit(List<Publication> publications) {
    publications.forEach(Hub::requireOwnType);
    return log.submit(publications, retained)
        .thenApply(
            entries -> {
              listener.published(entries.size());
              return entries;
            });
  }

  /**
   * Publishes events that are never conflated, even if their topic is retained.
   *
   * @throws IllegalArgumentException as above
   * @throws LogUnavailableException as above
   * @throws AppendInDoubtException as above
   */
  public List<LogEntry> publishEach(List<Publication> publications) {
    return append(publications, topic -> false);
  }

  /**
   * Returns the id after which everything published from now on follows: the newest event's, or
   * {@code earliest} if there has been none.
   */
  public String lastEventId() {
    long newest = log.newest();
    return newest == 0 ? "earliest" : log.idAt(newest).toString();
  }

  /**
   * Returns a result that is completed when all can be read that had been acknowledged when this
   * was called: see {@link EventLog#caughtUp}. What follows on it runs on this thread if that is so
   * already, else on one that may wait for the log.
   */
  public CompletableFuture<Void> caughtUp() {
    CompletableFuture<Void> caughtUp = log.caughtUp();
    return caughtUp.isDone() ? caughtUp : caughtUp.whenCompleteAsync((done, e) -> {}, fetching);
  }

  /**
   * Opens a subscription. The caller polls once by itself, and then each time it is woken. May wait
   * for the log's disk.
   *
   * @throws LogUnavailableException if the place in the log cannot be found now
   */
  public Cursor subscribe(Interest interest, Subscriber subscriber) {
    patterns.add(interest.topics());
    return subscribe(interest, subscriber, null);
  }

  /**
   * Opens a subscription as {@link #subscribe} does, unless its patterns do not fit into the budget
   * of all.
   *
   * @param isStranger whether the subscriber has shown no credentials
   * @return null if they do not fit
   */
  public @Nullable Cursor subscribeIfRoom(
      Interest interest, Subscriber subscriber, boolean isStranger) {
    return patterns.take(interest.topics(), isStranger)
        ? subscribe(interest, subscriber, null)
        : null;
  }

  /** Returns the budget of the subscribers' patterns. */
  public PatternBudget patterns() {
    return patterns;
  }

  /** Opens a subscription whose patterns have been counted; closing it gives them back. */
  private Cursor subscribe(Interest interest, Subscriber subscriber, @Nullable Cursor former) {
    Stripe stripe = stripes.get(Math.floorMod(subscribed.getAndIncrement(), stripes.size()));
    Cursor cursor;
    try {
      cursor = new Cursor(interest, log, listener, subscriber, pace(interest, subscriber), stripe);
    } catch (RuntimeException | Error e) {
      patterns.remove(interest.topics()); // there is no cursor whose closing would
      throw e;
    }
    try {
      stripe.add(cursor); // before the cursor's place is found: see Cursor
      cursor.start();
      if (former != null) {
        cursor.inherit(former);
      }
    } catch (RuntimeException | Error e) {
      cursor.close(); // else the fan-out would keep it for ever
      throw e;
    }
    return cursor;
  }

  private Pace pace(Interest interest, Subscriber subscriber) {
    Duration interval = interest.interval();
    return interval.isZero()
        ? Pace.NONE
        : new IntervalPace(interval, nanoTime, executor, subscriber);
  }

  /**
   * Replaces a subscription by one with another interest, which goes on at the same place. For the
   * subscriber's thread, between two polls.
   *
   * @param interest its starting point is ignored
   * @param couldRead judges which private events the current subscription could read
   * @param isStranger whether the subscriber has shown no credentials
   * @return null if the current subscription has not been opened yet, and goes on as it was; also
   *     if the new patterns do not fit into the budget of all, and then the subscriber is
   *     {@linkplain Subscriber#overtaken ended}
   */
  public @Nullable Cursor change(
      Cursor former,
      Interest interest,
      Predicate<LogEntry> couldRead,
      boolean isStranger,
      Subscriber subscriber) {
    long position = former.settle();
    if (position < 0) {
      return null;
    }
    StartingPoint place = new StartingPoint.After(log.idAt(position).toString());
    TopicSelector topics = former.interest().topics();
    Predicate<LogEntry> has =
        entry ->
            topics.matchesAny(entry.publication().topics())
                && (!entry.publication().isPrivate() || couldRead.test(entry));
    Interest goingOn = interest.goingOn(place, has); // before they are counted
    if (!patterns.take(interest.topics(), isStranger)) {
      subscriber.overtaken();
      return null;
    }
    Cursor next = subscribe(goingOn, subscriber, former);
    try {
      former.close();
    } catch (RuntimeException | Error e) {
      next.close(); // its subscriber has not got it
      throw e;
    }
    return next;
  }

  private List<LogEntry> append(List<Publication> publications, Predicate<Topic> states) {
    publications.forEach(Hub::requireOwnType);
    List<LogEntry> entries = log.append(publications, states);
    listener.published(entries.size());
    return entries;
  }

  private static void requireOwnType(Publication publication) {
    String type = publication.type();
    if (type != null && ControlFrame.RESERVED_TYPES.contains(type)) {
      throw new IllegalArgumentException("type " + type + " is reserved for the server");
    }
  }

  @Override
  public void close() {
    log.onReadable(() -> {});
  }
}
