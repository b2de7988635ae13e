package bellwether.embed;

import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Publication;
import bellwether.hub.FanOut;
import bellwether.hub.Hub;
import bellwether.hub.HubListener;
import bellwether.hub.Interest;
import bellwether.hub.StartingPoint;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import bellwether.wire.MessageEvent;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The interface for publishing and subscribing in process, with the same ids, the same order and
 * the same reports of losses as over HTTP. All methods are thread-safe.
 *
 * <p>If Bellwether runs as a web application, or as part of yours, take the instance from the
 * servlet context's attribute {@link #ATTRIBUTE}: events that you publish with it reach the open
 * streams. Code in this process is trusted: it gets private events as well.
 */
public final class Bellwether implements AutoCloseable {
  /** The name of the servlet context's attribute that has the application's instance. */
  public static final String ATTRIBUTE = "bellwether";

  private static final long MAX_BYTES = 64L << 20;

  private final Hub hub;
  private final Runnable beforePublishing;
  private final Runnable close;

  private Bellwether(Hub hub, Runnable beforePublishing, Runnable close) {
    this.hub = hub;
    this.beforePublishing = beforePublishing;
    this.close = close;
  }

  /** Returns an instance for this hub, which it does not close. */
  public static Bellwether of(Hub hub) {
    return of(hub, () -> {});
  }

  /**
   * Returns an instance for a hub that cannot be published to at all times.
   *
   * @param beforePublishing throws if publishing is not possible now
   */
  public static Bellwether of(Hub hub, Runnable beforePublishing) {
    return new Bellwether(hub, beforePublishing, () -> {});
  }

  /**
   * Returns an instance with a hub of its own, which keeps the past in memory.
   *
   * @param events the number of events that are kept, for listeners that come back
   * @param retained the retained topics, of which only the latest event counts
   */
  public static Bellwether inMemory(int events, Predicate<Topic> retained) {
    ScheduledExecutorService threads =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "bellwether-embedded");
              thread.setDaemon(true);
              return thread;
            });
    MemoryEventLog log =
        new MemoryEventLog(
            events, MAX_BYTES, InstantSource.system(), System::nanoTime, new SecureRandom());
    Hub hub =
        new Hub(
            log, retained, threads, threads, FanOut.over(1), System::nanoTime, HubListener.NONE);
    return new Bellwether(
        hub,
        () -> {},
        () -> {
          hub.close();
          threads.shutdownNow();
        });
  }

  /**
   * Publishes an event to one topic.
   *
   * @return its id
   * @throws IllegalArgumentException if the text cannot be a topic
   */
  public String publish(String topic, String data) {
    return publish(Publication.of(new Topic(topic), data));
  }

  /**
   * Publishes an event.
   *
   * @return its id
   * @throws IllegalArgumentException if its type is reserved
   * @throws bellwether.eventlog.LogUnavailableException if the event cannot be kept now; then it is
   *     not published
   * @throws bellwether.eventlog.AppendInDoubtException if the disk does not answer, and the outcome
   *     is unknown; under the same idempotency key you may publish the event again
   */
  public String publish(Publication publication) {
    beforePublishing.run();
    return hub.publish(List.of(publication)).get(0).publicId();
  }

  /**
   * Listens to topics: calls the listener first for the retained state, then for each event, one at
   * a time and in order, on threads of the executor. A slow listener does not delay others. An
   * exception that the listener throws goes to the thread's {@link
   * Thread.UncaughtExceptionHandler}, which prints it unless you set another, and the next event
   * follows.
   *
   * <p>The listener gets the same events as an {@code EventSource}, among them {@code cursor} and
   * {@code gap} events, which tell its place and what it has missed.
   *
   * @param topics topics, URI templates, or {@code *}
   * @throws IllegalArgumentException if one of them is none of these
   */
  public Listening listen(
      Collection<String> topics, Executor executor, Consumer<MessageEvent> listener) {
    return listen(topics, null, executor, listener);
  }

  /**
   * Listens to topics as {@link #listen} does, from where another listening ended.
   *
   * @param lastEventId the id of the last event heard; null to begin now. An empty one means the
   *     same; events have it until the {@code cursor} that ends the retained state
   */
  public Listening listen(
      Collection<String> topics,
      @Nullable String lastEventId,
      Executor executor,
      Consumer<MessageEvent> listener) {
    StartingPoint start =
        lastEventId == null || lastEventId.isEmpty()
            ? StartingPoint.Newest.ONLY
            : new StartingPoint.After(lastEventId);
    Interest interest =
        new Interest(TopicSelector.parse(topics), start, false, Duration.ZERO, entry -> true);
    ListenerStream stream = new ListenerStream(executor, listener);
    stream.begin(hub.subscribe(interest, stream));
    return stream;
  }

  @Override
  public void close() {
    close.run();
  }
}
