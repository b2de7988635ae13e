package bellwether.stream;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.access.ClientLimits;
import bellwether.auth.Grant;
import bellwether.auth.Token;
import bellwether.config.Settings;
import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.exchange.Exchanges;
import bellwether.exchange.FailedRequests;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.ForwardingLog;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.fixtures.TestExchanges;
import bellwether.hub.FanOut;
import bellwether.hub.Hub;
import bellwether.hub.HubListener;
import bellwether.hub.Interest;
import bellwether.hub.StartingPoint;
import bellwether.observe.Metrics;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;

/** Everything that a stream or a poll needs, of which one step is going to fail. */
final class OpeningWorld {
  private static final Instant START = Instant.parse("2026-11-26T00:00:00Z");
  private static final TopicSelector TOPICS = TopicSelector.parse(List.of("{x}", "a"));
  private static final Duration PACE = Duration.ofMillis(250);
  private static final Duration WAIT = Duration.ofSeconds(25);

  /** The kinds of requests. */
  enum Kind {
    STREAM,
    STREAM_WITH_ITS_SOCKET,
    STREAM_OF_MERCURE
  }

  /** What is thrown. */
  static final class NoMemory extends Error {
    private static final long serialVersionUID = 1L;

    NoMemory(int step) {
      super("at step " + step);
    }
  }

  final ManualScheduler time = new ManualScheduler();
  final Metrics metrics = new Metrics();
  final ConnectionRegistry registry = new ConnectionRegistry(100, metrics);
  private int failing;
  private int steps;
  private boolean isArmed;
  private Runnable before = () -> {};
  private Runnable after = () -> {};
  private int told;
  private int reads;
  private final FailedRequests failed = new FailedRequests();
  private final ScheduledExecutorService timer = failing(ScheduledExecutorService.class, time);
  private final Hub hub;
  private final StreamOpener streams;
  private final PollOpener polls;
  private final Grant grant =
      new Grant(TOPICS, TOPICS, false, new Token("t", "ada", null, START.plusSeconds(60), null));

  OpeningWorld(int failing) {
    this.failing = failing;
    hub =
        new Hub(
            new FailingLog(MemoryLogs.of(100)),
            topic -> false,
            timer,
            time,
            FanOut.over(1),
            this::nanoTime,
            HubListener.NONE);
    Retry retry = new Retry(Duration.ofSeconds(3), this::random);
    StreamContext context =
        new StreamContext(registry, failed, metrics, timer, this::nanoTime, retry::next);
    StreamRights rights =
        new StreamRights(
            registry,
            timer,
            () -> {
              step();
              return START;
            },
            token -> {
              step();
              return false;
            });
    ClientLimits limits =
        new ClientLimits(new Settings.Limits(1, 0, 1, 0, 100, 0, 0), this::nanoTime);
    streams =
        new StreamOpener(
            hub,
            context,
            retry,
            new Lifetime(Duration.ofHours(1), retry, this::nanoTime),
            retry::nextWhenRefused,
            rights,
            limits,
            StreamKey.keys(0, this::random));
    polls =
        new PollOpener(
            hub,
            context,
            TestExchanges.of(
                new Exchanges.Limits(1000, WAIT, 10, 1 << 20, 1 << 20),
                failed,
                time,
                time::nanoTime),
            timer,
            retry::nextWhenRefused,
            rights,
            limits);
    hub.publish(Publication.of(new Topic("a"), "before"));
  }

  /** What is done just before an opening, and just after it. */
  void around(Runnable newBefore, Runnable newAfter) {
    before = newBefore;
    after = newAfter;
  }

  boolean hasThrown() {
    return steps >= failing;
  }

  Exchange open(Kind kind) {
    return open(kind, this::arrive);
  }

  Exchange open(Kind kind, StreamPlan.Arrival arrival) {
    Exchange exchange = exchange();
    if (kind == Kind.STREAM_WITH_ITS_SOCKET) {
      exchange.attribute(StreamOpener.DIRECT_CHANNEL, new FakeChannel());
    }
    Interest interest =
        new Interest(TOPICS, new StartingPoint.Newest(), false, PACE, entry -> false);
    StreamPlan.Dialect dialect =
        kind == Kind.STREAM_OF_MERCURE ? StreamPlan.Dialect.MERCURE : StreamPlan.Dialect.OURS;
    StreamPlan plan = new StreamPlan(interest, grant, dialect, arrival);
    return through(exchange, (request, response) -> streams.open(plan, request, response));
  }

  Exchange poll() {
    Interest interest =
        Interest.in(TOPICS).from(new StartingPoint.After(hub.lastEventId())).onPages();
    return through(
        exchange(), (request, response) -> polls.open(interest, grant, WAIT, request, response));
  }

  private Exchange exchange() {
    return new Exchange("GET", "/events", null).beforeEach(this::step).async(new Body());
  }

  private Exchange through(Exchange exchange, Handler handler) {
    HttpServlet servlet =
        new HttpServlet() {
          private static final long serialVersionUID = 1L;

          @Override
          protected void service(HttpServletRequest request, HttpServletResponse response)
              throws IOException {
            isArmed = true;
            try {
              before.run();
              handler.handle(request, response);
            } finally {
              after.run();
              isArmed = false;
            }
          }
        };
    try {
      exchange.through(servlet);
    } catch (NoMemory e) {
      assertThat(e).as("of this opening").hasMessage("at step " + failing);
    } catch (OutOfMemoryError e) {
      // Of one that really had none.
    }
    return exchange;
  }

  private interface Handler {
    void handle(HttpServletRequest request, HttpServletResponse response) throws IOException;
  }

  /** Tells of an opening, and later of its end. */
  private Runnable arrive() {
    step();
    Runnable departure = () -> told--;
    told++;
    return departure;
  }

  void assertNothingIsLeft(Exchange exchange) {
    assertThat(exchange.completions()).as("after step %s", failing).isLessThanOrEqualTo(1);
    around(() -> {}, () -> {});
    failed.close();
    reads = 0;
    hub.publish(Publication.of(new Topic("a"), "for nobody"));
    time.runDue();
    assertThat(reads).as("looks at the log for somebody, after step %s", failing).isZero();
    assertThat(hub.patterns().used()).as("patterns, after step %s", failing).isZero();
    assertThat(registry.size()).as("those that count, after step %s", failing).isZero();
    assertThat(registry.polls()).as("polls, after step %s", failing).isZero();
    assertThat(told).as("arrivals without an end, after step %s", failing).isZero();
    assertThat(time.waiting()).as("timers, after step %s", failing).isZero();
    assertThat(exchange.isOpen()).as("not completed, after step %s", failing).isFalse();
    assertThat(exchange.completions()).as("after step %s", failing).isLessThanOrEqualTo(1);
    failing = Integer.MAX_VALUE;
    Exchange next = open(Kind.STREAM);
    assertThat(next.isOpen()).as("its client may have another, after step %s", steps).isTrue();
  }

  private void step() {
    if (isArmed && ++steps == failing) {
      throw new NoMemory(failing);
    }
  }

  private long nanoTime() {
    step();
    return time.nanoTime();
  }

  private long random() {
    step();
    return 1;
  }

  private <T> T failing(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            OpeningWorld.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              step();
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  /** A log of which anything that is asked may fail. */
  private final class FailingLog extends ForwardingLog {
    FailingLog(EventLog log) {
      super(log);
    }

    @Override
    public ReadResult read(Place place, long upTo, EntryFilter wanted, int limit) {
      step();
      reads++;
      return super.read(place, upTo, wanted, limit);
    }

    @Override
    public ReadResult.Batch readRetained(long after, long upTo, EntryFilter wanted, int limit) {
      step();
      return super.readRetained(after, upTo, wanted, limit);
    }

    @Override
    public long newest() {
      step();
      return super.newest();
    }

    @Override
    public long lostThrough() {
      step();
      return super.lostThrough();
    }

    @Override
    public EventId idAt(long position) {
      step();
      return super.idAt(position);
    }
  }

  /** The body of a response, to which the container may fail to add a listener. */
  private final class Body extends FakeResponse {
    Body() {
      super(new Random(1), 0);
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      step();
      super.setWriteListener(listener);
    }
  }
}
