package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.topic.Topic;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thread that was interrupted uses a log in files as any other does, and stays interrupted. */
class InterruptedThreadTest {
  private static final int MANY = 60; // so that segments are begun, indexed and dropped

  @TempDir private Path directory;

  @AfterEach
  void forgetInterruption() {
    var unused = Thread.interrupted();
  }

  @Test
  void publishesAndReadsAndTheLogStaysAvailable() {
    Thread.currentThread().interrupt();
    FileEventLog log = open();
    for (int i = 1; i <= MANY; i++) {
      assertThat(log.append(event(i), i % 5 == 0).position()).isEqualTo(i);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
      log.tend();
      assertThat(log.isAvailable()).isTrue();
    }
    assertThat(log.oldest()).isGreaterThan(1);
    assertThat(log.readSlowly(new Place(log.oldest(), MANY), MANY, entry -> true, 100))
        .isInstanceOf(ReadResult.Batch.class);
    assertThat(log.append(event(MANY - 5), false).position()).isEqualTo(MANY - 5);
    log.close();

    FileEventLog again = open();
    assertThat(again.newest()).isEqualTo(MANY);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(again.append(event(MANY + 1), false).position()).isEqualTo(MANY + 1);
    again.close();
  }

  private FileEventLog open() {
    return FileEventLog.open(
        directory,
        FileLogs.limits(16),
        new SyncPolicy.Always(),
        "boot",
        Runnable::run,
        Instant::now,
        System::nanoTime,
        new Random());
  }

  private static Publication event(int i) {
    return Publication.of(new Topic("topic/" + i % 5), "e" + i).withIdempotencyKey("key " + i);
  }
}
