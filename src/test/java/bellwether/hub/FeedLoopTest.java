package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.LogLines;
import bellwether.fixtures.ManualScheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeedLoopTest {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final ManualScheduler scheduler = new ManualScheduler();
  private final LogLines log = new LogLines(FeedLoop.class);
  private final FeedLoop loop = new FeedLoop("test", this::tick, INTERVAL, scheduler);

  private int ticks;
  private @Nullable Throwable failure;

  @AfterEach
  void closeLog() {
    log.close();
  }

  @Test
  void looksAtOnceAndThenEachInterval() {
    loop.start();
    scheduler.runDue();
    assertThat(ticks).isEqualTo(1);

    scheduler.advance(Duration.ofMillis(2500));
    assertThat(ticks).isEqualTo(3);
  }

  @Test
  void makesOneTickOfManyWakeUps() {
    loop.wake();
    loop.wake();
    loop.wake();
    scheduler.runDue();

    assertThat(ticks).isEqualTo(1);
  }

  @Test
  void sparesTheTickOfAWakeUpThatTheScheduleHasSeenTo() {
    loop.wake();
    loop.tick();
    scheduler.runDue();

    assertThat(ticks).isEqualTo(1);
  }

  @Test
  void looksAgainWhenWokenDuringATick() {
    FeedLoop[] woken = new FeedLoop[1];
    AtomicInteger looks = new AtomicInteger();
    woken[0] =
        new FeedLoop(
            "test",
            () -> {
              if (looks.incrementAndGet() == 1) {
                woken[0].wake();
              }
            },
            INTERVAL,
            scheduler);
    woken[0].wake();
    scheduler.runDue();

    assertThat(looks).hasValue(2);
  }

  @Test
  void wakesLaterWhenAskedTo() {
    loop.wakeIn(Duration.ofMillis(300));
    scheduler.advance(Duration.ofMillis(299));
    assertThat(ticks).isZero();

    scheduler.advance(Duration.ofMillis(1));
    assertThat(ticks).isEqualTo(1);
  }

  @Test
  void neverRunsTwoTicksAtATime() throws Exception {
    int threads = 4;
    AtomicBoolean running = new AtomicBoolean();
    AtomicBoolean overlapped = new AtomicBoolean();
    AtomicInteger looks = new AtomicInteger();
    CyclicBarrier together = new CyclicBarrier(threads);
    CountDownLatch done = new CountDownLatch(threads);
    var executor = Executors.newScheduledThreadPool(threads);
    FeedLoop shared =
        new FeedLoop(
            "test",
            () -> {
              overlapped.compareAndSet(false, !running.compareAndSet(false, true));
              looks.incrementAndGet();
              running.set(false);
            },
            INTERVAL,
            executor);
    for (int i = 0; i < threads; i++) {
      executor.execute(
          () -> {
            try {
              together.await();
              for (int n = 0; n < 200; n++) {
                shared.tick();
              }
            } catch (Exception e) {
              overlapped.set(true);
            }
            done.countDown();
          });
    }

    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    executor.shutdownNow();
    assertThat(looks).hasValue(threads * 200);
    assertThat(overlapped).isFalse();
  }

  @Test
  void isHealthyOnlyAfterALookThatWentWell() {
    assertThat(loop.isHealthy()).isFalse();
    loop.tick();
    assertThat(loop.isHealthy()).isTrue();

    failure = away("Connection refused");
    loop.tick();
    assertThat(loop.isHealthy()).isFalse();
  }

  @Test
  void saysOnceThatTheSourceIsAwayAndOnceThatItIsBack() {
    loop.start();
    scheduler.runDue();
    failure = away("Connection refused\nand a second line");
    scheduler.advance(Duration.ofSeconds(5));
    failure = null;
    scheduler.advance(Duration.ofSeconds(5));

    assertThat(ticks).isEqualTo(11);
    assertThat(log.lines())
        .containsExactly(
            "WARNING The test feed stands still: the table is out of reach: Connection refused",
            "INFO The test feed goes on");
  }

  @Test
  void saysNothingOfASourceThatWasThereFromTheStart() {
    loop.tick();

    assertThat(log.lines()).isEmpty();
  }

  @Test
  void goesOnAfterWhateverATickThrows() {
    loop.start();
    failure = new StackOverflowError();
    scheduler.advance(Duration.ofSeconds(1));
    failure = new IllegalStateException("a fault of ours");
    scheduler.advance(Duration.ofSeconds(2));
    failure = null;
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(ticks).isEqualTo(5);
    assertThat(loop.isHealthy()).isTrue();
    assertThat(log.lines())
        .containsExactly(
            "WARNING The test feed stands still with a stack", "INFO The test feed goes on");
  }

  @Test
  void isStillAndSilentOnceClosed() {
    loop.start();
    scheduler.runDue();
    loop.wake();
    loop.close();
    failure = away("the pool is closed");
    scheduler.advance(Duration.ofSeconds(5));
    loop.tick();

    assertThat(ticks).isEqualTo(1);
    assertThat(scheduler.waiting()).isZero();
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void mayBeWokenAfterItsExecutorHasEnded() {
    scheduler.shutdown();
    loop.wake();
    loop.wakeIn(INTERVAL);

    assertThat(ticks).isZero();
  }

  private static SourceUnavailableException away(String reason) {
    return new SourceUnavailableException(
        "the table", new IllegalStateException("no connection", new IOException(reason)));
  }

  private void tick() {
    ticks++;
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }
}
