package bellwether.app;

import bellwether.config.Settings;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.file.FileEventLog;
import bellwether.eventlog.shared.SharedEventLog;
import bellwether.observe.Metrics;
import bellwether.topic.Topic;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The event log that the settings name, opened.
 *
 * @param cluster what the server has besides, if it shares the log with others; else null
 */
record OpenLog(EventLog log, @Nullable Cluster cluster) {

  /**
   * Opens the log.
   *
   * @param isOfFeeds which topics only the server that has the feeds may publish to
   * @param opened takes each part that has to be closed, the later one first
   */
  static OpenLog open(
      Settings settings,
      Threads threads,
      Metrics metrics,
      InstantSource clock,
      RandomGenerator random,
      Predicate<Topic> isOfFeeds,
      Consumer<AutoCloseable> opened) {
    switch (settings.log().place()) {
      case MEMORY -> {
        MemoryEventLog log =
            new MemoryEventLog(
                settings.log().entries(), settings.log().bytes(), clock, System::nanoTime, random);
        opened.accept(log);
        return new OpenLog(log, null);
      }
      case FILES -> {
        LogFiles files = files(settings);
        FileEventLog log = files.open(threads.committing, clock, random);
        opened.accept(log);
        return new OpenLog(files.start(log, threads.log, threads.turns, metrics), null);
      }
      default -> {
        LogTables tables = new LogTables(settings.log(), settings.database());
        opened.accept(tables);
        SharedEventLog log =
            tables.open(threads.committing, threads.tailing, clock, random, isOfFeeds);
        opened.accept(log);
        Cluster cluster = new Cluster(tables, log, settings, threads);
        opened.accept(cluster);
        return new OpenLog(tables.start(log, threads.turns, metrics), cluster);
      }
    }
  }

  static LogFiles files(Settings settings) {
    return new LogFiles(settings.data().resolve("log"), settings.log());
  }
}
