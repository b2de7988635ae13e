package bellwether.demo;

import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Publication;
import bellwether.hub.Hub;
import bellwether.topic.Topic;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A load test that the server runs against itself: it opens streams of one topic over real sockets,
 * and publishes to that topic. It ends by itself. Any thread.
 */
public final class LoadRun implements DemoRun {
  /** The topic of the load. Each event's data is its number and {@link System#nanoTime}. */
  public static final Topic TOPIC = new Topic("demo/load");

  private static final Logger logger = LoggerFactory.getLogger(LoadRun.class);
  private static final int OPENING = 100; // at a time; servers queue only some hundred
  private static final int READERS = 2; // threads
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Hub hub;
  private final LongSupplier nanoTime;
  private final int streams;
  private final HttpRequest request;
  private final HttpClient client;
  private final long start;

  private final Set<LoadReader> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicLong published = new AtomicLong();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder missing = new LongAdder();
  private final RecentLatencies latencies = new RecentLatencies();

  // Written by the timer's thread.
  private volatile long deliveredBefore;
  private volatile long perSecond;

  private volatile boolean closed;
  private volatile long end;
  private volatile Future<?> publishing = CompletableFuture.completedFuture(null);
  private volatile Future<?> counting = CompletableFuture.completedFuture(null);
  private volatile Future<?> ending = CompletableFuture.completedFuture(null);

  private LoadRun(Hub hub, URI events, int streams, LongSupplier nanoTime) {
    this.hub = hub;
    this.streams = streams;
    this.nanoTime = nanoTime;
    this.request =
        HttpRequest.newBuilder(URI.create(events + "?topic=" + TOPIC))
            .header("Accept", "text/event-stream")
            .build();
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .executor(readers())
            .build();
    this.start = nanoTime.getAsLong();
  }

  /**
   * Starts a run.
   *
   * @param events the URL of the streams, without a query
   * @param rate events per second
   * @param length the time after which the run ends
   * @param timer runs the publishing, which may wait for the log, and the counting
   * @param nanoTime as {@link System#nanoTime}
   */
  public static LoadRun start(
      Hub hub,
      URI events,
      int streams,
      int rate,
      Duration length,
      ScheduledExecutorService timer,
      LongSupplier nanoTime) {
    LoadRun run = new LoadRun(hub, events, streams, nanoTime);
    long pause = TimeUnit.SECONDS.toNanos(1) / rate;
    run.publishing = timer.scheduleAtFixedRate(run::publish, pause, pause, TimeUnit.NANOSECONDS);
    run.counting = timer.scheduleAtFixedRate(run::count, 1, 1, TimeUnit.SECONDS);
    run.ending = timer.schedule(run::close, length.toMillis(), TimeUnit.MILLISECONDS);
    for (int i = 0; i < OPENING; i++) {
      run.openNext();
    }
    return run;
  }

  @Override
  public boolean isRunning() {
    return !closed;
  }

  @Override
  public String toJson() {
    return figures().toJson();
  }

  private LoadFigures figures() {
    boolean isRunning = !closed;
    return new LoadFigures(
        isRunning,
        streams,
        open.size(),
        Duration.ofNanos((isRunning ? nanoTime.getAsLong() : end) - start),
        published.get(),
        delivered.sum(),
        perSecond,
        bytes.sum(),
        Duration.ofNanos(latencies.within(0.50)),
        Duration.ofNanos(latencies.within(0.99)),
        missing.sum());
  }

  /** Ends the run and closes all its streams; may be called any number of times. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      end = nanoTime.getAsLong();
      closed = true; // first, so that a stream that opens later is closed at once
    }
    publishing.cancel(false);
    counting.cancel(false);
    ending.cancel(false);
    open.forEach(LoadReader::leave);
  }

  /**
   * Creates the client's executor. Its idle threads end by themselves, because the client needs
   * them until it has closed its connections.
   */
  private static ThreadPoolExecutor readers() {
    ThreadPoolExecutor readers =
        new ThreadPoolExecutor(
            READERS, READERS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), LoadRun::thread);
    readers.allowCoreThreadTimeOut(true);
    return readers;
  }

  private void openNext() {
    if (closed || asked.incrementAndGet() > streams) {
      return;
    }
    var unused =
        client.sendAsync(request, this::begin).whenComplete((response, failure) -> logEnd(failure));
  }

  /** Handles the head of an answer, and opens the next stream. */
  private LoadReader begin(ResponseInfo head) {
    LoadReader reader =
        new LoadReader(nanoTime, latencies, delivered, bytes, missing, open::remove);
    if (head.statusCode() == 200) {
      open.add(reader);
    } else {
      logger.warn("A stream for the demo's load was refused with {}", head.statusCode());
      reader.leave();
    }
    if (closed) { // meanwhile
      reader.leave();
    }
    openNext();
    return reader;
  }

  private void logEnd(@Nullable Throwable failure) {
    if (failure != null && !closed) {
      logger.debug("A stream of the demo's load ended", failure);
    }
  }

  private void publish() {
    try {
      long number = published.get() + 1;
      hub.publish(Publication.of(TOPIC, number + " " + nanoTime.getAsLong()));
      published.set(number);
    } catch (LogUnavailableException e) { // the log reports it; the next one may succeed
      logger.debug("The demo's load could not publish", e);
    }
  }

  private void count() {
    long now = delivered.sum();
    perSecond = now - deliveredBefore;
    deliveredBefore = now;
    latencies.roll();
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "bellwether-load");
    thread.setDaemon(true);
    return thread;
  }
}
