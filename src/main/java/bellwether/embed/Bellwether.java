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
 * Publishes and subscribes in process, with the same ids, the same order and the same word about
 * what was lost as over HTTP. Any thread may call anything.
 *
 * <p>Where Bellwether runs as a web application, or as part of yours, its own is the servlet
 * context's attribute {@link #ATTRIBUTE}: what is published there reaches the open streams. Whoever
 * is in this process is trusted: private events are among what it gets.
 */
public final class Bellwether implements AutoCloseable {
  /** Name of the servlet context's attribute that has the application's own. */
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

  /** One that speaks to this hub, and leaves closing that to whoever has it. */
  public static Bellwether of(Hub hub) {
    return of(hub, () -> {});
  }

  /**
   * The same, for a hub that is not to be published to at any time.
   *
   * @param beforePublishing throws if it is not now
   */
  public static Bellwether of(Hub hub, Runnable beforePublishing) {
    return new Bellwether(hub, beforePublishing, () -> {});
  }

  /**
   * One of its own, that keeps the past in memory.
   *
   * @param events how many are kept, for those who come back
   * @param retained the topics that are states, of which only the latest counts
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
   * @throws IllegalArgumentException if that is no topic
   */
  public String publish(String topic, String data) {
    return publish(Publication.of(new Topic(topic), data));
  }

  /**
   * Publishes an event.
   *
   * @return its id
   * @throws IllegalArgumentException for a type that is reserved
   * @throws bellwether.eventlog.LogUnavailableException if it cannot be kept now; then it was not
   *     published
   */
  public String publish(Publication publication) {
    beforePublishing.run();
    return hub.publish(List.of(publication)).get(0).publicId();
  }

  /**
   * Has a listener called for what is on these topics: first for the retained state, then for each
   * event, one at a time and in order, on threads of the executor. One that is slow keeps nobody
   * waiting. What a listener throws goes to the thread's {@link Thread.UncaughtExceptionHandler},
   * which prints it unless you set another, and the next event follows.
   *
   * <p>It hears what an {@code EventSource} would: {@code cursor} and {@code gap} events are among
   * it, and tell where it is and what it has missed.
   *
   * @param topics topics, URI templates, or {@code *}
   * @throws IllegalArgumentException if one of them is none of that
   */
  public Listening listen(
      Collection<String> topics, Executor executor, Consumer<MessageEvent> listener) {
    return listen(topics, null, executor, listener);
  }

  /**
   * As {@link #listen}, from where another listening ended.
   *
   * @param lastEventId of the last event that was heard; null to begin now, and so is an empty one,
   *     which the events have until the {@code cursor} that ends the retained state
   */
  public Listening listen(
      Collection<String> topics,
      @Nullable String lastEventId,
      Executor executor,
      Consumer<MessageEvent> listener) {
    StartingPoint start =
        lastEventId == null || lastEventId.isEmpty()
            ? new StartingPoint.Newest()
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
