package bellwether.notification;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Publication;
import bellwether.feed.FeedLoop;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.ManualScheduler;
import bellwether.hub.Hub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A process that posts three notifications, marks two of them as read, and publishes it all; but at
 * one point of this, named by its last argument, it says so and waits to be killed.
 */
final class OutboxProcess {
  static final String REACHED = "REACHED";

  private final String cut;
  private final Path record;
  private final DataSource dataSource;
  private int appended;

  private OutboxProcess(String url, Path record, String cut) {
    this.record = record;
    this.cut = cut;
    this.dataSource = cuttingCommits(dataSource(url));
  }

  public static void main(String[] args) throws Exception {
    try (Connection keeper = dataSource(args[0]).getConnection()) { // else it opens each time
      new OutboxProcess(args[0], Path.of(args[1]), args[2]).run();
      System.out.println("passed " + args[2] + " by, " + keeper);
    }
  }

  static DataSource dataSource(String url) {
    if (url.startsWith("jdbc:postgresql:")) {
      PGSimpleDataSource dataSource = new PGSimpleDataSource();
      dataSource.setURL(url);
      return dataSource;
    }
    JdbcDataSource dataSource = new JdbcDataSource();
    dataSource.setURL(url);
    dataSource.setUser("sa");
    return dataSource;
  }

  /** The real feed, over a log in memory that tells what is appended to it. */
  static FeedLoop feed(
      NotificationRepository notifications,
      ReadMarks readMarks,
      Consumer<Publication> before,
      Consumer<Publication> after) {
    ManualScheduler scheduler = new ManualScheduler();
    MemoryEventLog log =
        new MemoryEventLog(
            100,
            Long.MAX_VALUE,
            InstantSource.system(),
            System::nanoTime,
            new SplittableRandom(System.nanoTime()));
    Hub hub = Hubs.over(new RecordingLog(log, before, after), scheduler);
    NotificationFeed feed = new NotificationFeed(hub, notifications, readMarks);
    return new FeedLoop(feed, Duration.ofDays(1), scheduler, scheduler::nanoTime);
  }

  private void run() {
    NotificationRepository notifications =
        new JdbcNotificationRepository(dataSource, InstantSource.system());
    ReadMarks readMarks = new JdbcReadMarks(dataSource, InstantSource.system());
    long first = notifications.add(new NewNotification(null, "1", "")).id();
    long second = notifications.add(new NewNotification("ada", "2", "")).id();
    notifications.add(new NewNotification(null, "3", ""));
    readMarks.mark("ada", first);
    readMarks.markUpTo("ada", second);

    feed(
            cuttingMarks(NotificationRepository.class, notifications, "notifications"),
            cuttingMarks(ReadMarks.class, readMarks, "marks"),
            publication -> reach("before publishing " + (appended + 1)),
            this::appended)
        .tick();
  }

  private void appended(Publication publication) {
    appended++;
    try {
      String line = RecordingLog.line(publication) + "\n";
      Files.writeString(record, line, UTF_8, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    reach("after publishing " + appended);
  }

  private void reach(String point) {
    if (point.equals(cut)) {
      System.out.println(REACHED);
      try {
        int end = System.in.read(); // until killed, or orphaned
        Runtime.getRuntime().halt(end);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private DataSource cuttingCommits(DataSource source) {
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          Object result = invoke(source, method, arguments);
          return result instanceof Connection connection ? cuttingCommits(connection) : result;
        });
  }

  private Connection cuttingCommits(Connection connection) {
    return proxy(
        Connection.class,
        (method, arguments) -> {
          boolean isCommit = method.getName().equals("commit");
          if (isCommit) {
            reach("before committing a mark");
          }
          Object result = invoke(connection, method, arguments);
          if (isCommit) {
            reach("after committing a mark");
          }
          return result;
        });
  }

  private <T> T cuttingMarks(Class<T> type, T outbox, String rows) {
    return proxy(
        type,
        (method, arguments) -> {
          boolean isMark = method.getName().equals("markPublished");
          if (isMark) {
            reach("before noting that " + rows + " are published");
          }
          Object result = invoke(outbox, method, arguments);
          if (isMark) {
            reach("after noting that " + rows + " are published");
          }
          return result;
        });
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            OutboxProcess.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call.answer(method, arguments)));
  }

  private static @Nullable Object invoke(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  private interface Call {
    @Nullable Object answer(Method method, @Nullable Object @Nullable [] arguments)
        throws Throwable;
  }
}
