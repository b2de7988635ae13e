package bellwether.feed;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.LogLines;
import bellwether.fixtures.ManualScheduler;
import bellwether.table.SourceUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeedLoopTest {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final ManualScheduler scheduler = new ManualScheduler();
  private final LogLines log = new LogLines(FeedLoop.class);
  private final FeedLoop loop = loop(this::look, scheduler);

  private int ticks;
  private Runnable duringLook = () -> {};
  private @Nullable Throwable failure;
  private Optional<Duration> next = Optional.empty();

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
  void isNotHealthyWhileALookHangs() {
    loop.tick();
    scheduler.advance(Duration.ofDays(1)); // it is that look's time that counts
    assertThat(loop.isHealthy()).isTrue();
    List<Boolean> healthy = new ArrayList<>();
    duringLook =
        () -> {
          healthy.add(loop.isHealthy());
          scheduler.advance(Duration.ofSeconds(61));
          healthy.add(loop.isHealthy());
        };
    loop.tick();

    assertThat(healthy).containsExactly(true, false);
    assertThat(loop.isHealthy()).isTrue();
  }

  /** A feed that notes what it is asked for, and then does something in each look. */
  private static Feed noting(List<String> calls, Runnable inLook) {
    return new Feed() {
      @Override
      public String name() {
        return "test";
      }

      @Override
      public void beginAnew() {
        calls.add("anew");
      }

      @Override
      public Optional<Duration> look() {
        calls.add("look");
        inLook.run();
        return Optional.empty();
      }
    };
  }

  /** It may have failed because another server has taken over, and published. */
  @Test
  void beginsAnewAfterALookThatFailed() {
    List<String> calls = new ArrayList<>();
    Feed feed =
        noting(
            calls,
            () -> {
              if (calls.size() == 1) {
                throw new IllegalStateException("the log is fenced");
              }
            });
    FeedLoop failing = new FeedLoop(feed, INTERVAL, scheduler, scheduler::nanoTime, () -> true);
    failing.tick();
    failing.tick();
    failing.tick();
    assertThat(calls).containsExactly("look", "anew", "look", "look");
  }

  @Test
  void beginsAnewAfterOthersMayHaveLooked() {
    List<String> calls = new ArrayList<>();
    Feed feed = noting(calls, () -> {});
    AtomicBoolean mayLook = new AtomicBoolean(true);
    FeedLoop shared = new FeedLoop(feed, INTERVAL, scheduler, scheduler::nanoTime, mayLook::get);
    shared.tick();
    shared.tick();
    mayLook.set(false);
    shared.tick();
    mayLook.set(true);
    shared.tick();
    shared.tick();
    assertThat(calls).containsExactly("look", "look", "anew", "look", "look");
  }

  @Test
  void makesOneTickOfManyRequests() {
    loop.tickSoon();
    loop.tickSoon();
    loop.tickSoon();
    scheduler.runDue();

    assertThat(ticks).isEqualTo(1);
  }

  @Test
  void sparesTheTickOfARequestThatTheScheduleHasSeenTo() {
    loop.tickSoon();
    loop.tick();
    scheduler.runDue();

    assertThat(ticks).isEqualTo(1);
  }

  @Test
  void looksAgainWhenAskedToDuringALook() {
    FeedLoop[] asked = new FeedLoop[1];
    AtomicInteger looks = new AtomicInteger();
    asked[0] =
        loop(
            () -> {
              if (looks.incrementAndGet() == 1) {
                asked[0].tickSoon();
              }
              return Optional.empty();
            },
            scheduler);
    asked[0].tickSoon();
    scheduler.runDue();

    assertThat(looks).hasValue(2);
  }

  @Test
  void looksSoonerWhenTheFeedSaysSo() {
    loop.start();
    next = Optional.of(Duration.ofMillis(300));
    scheduler.runDue();
    next = Optional.empty();
    scheduler.advance(Duration.ofMillis(299));
    assertThat(ticks).isEqualTo(1);

    scheduler.advance(Duration.ofMillis(1));
    assertThat(ticks).isEqualTo(2);
    scheduler.advance(INTERVAL);
    assertThat(ticks).isEqualTo(3);
  }

  @Test
  void looksOnceSoonerHoweverOftenTheFeedSaysSo() {
    next = Optional.of(Duration.ofMillis(300));
    loop.tick();
    loop.tick();
    next = Optional.of(Duration.ofMillis(500)); // what it said last is what holds
    loop.tick();
    assertThat(scheduler.waiting()).isEqualTo(1);

    next = Optional.empty();
    scheduler.advance(Duration.ofMillis(499));
    assertThat(ticks).isEqualTo(3);
    scheduler.advance(INTERVAL);
    assertThat(ticks).isEqualTo(4);
  }

  @Test
  void looksSoonerInSpiteOfAFailureInBetween() {
    next = Optional.of(Duration.ofMillis(300));
    loop.tick();
    failure = away("Connection refused");
    loop.tick();
    failure = null;
    next = Optional.empty();
    scheduler.advance(Duration.ofMillis(300));

    assertThat(ticks).isEqualTo(3);
    assertThat(loop.isHealthy()).isTrue();
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
        loop(
            () -> {
              overlapped.compareAndSet(false, !running.compareAndSet(false, true));
              looks.incrementAndGet();
              running.set(false);
              return Optional.empty();
            },
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
    next = Optional.of(Duration.ofMillis(300));
    scheduler.runDue();
    loop.tickSoon();
    loop.close();
    failure = away("the pool is closed");
    scheduler.advance(Duration.ofSeconds(5));
    loop.tick();

    assertThat(ticks).isEqualTo(1);
    assertThat(scheduler.waiting()).isZero();
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void mayBeAskedAfterItsExecutorHasEnded() {
    scheduler.shutdown();
    loop.tickSoon();
    assertThat(ticks).isZero();

    next = Optional.of(INTERVAL);
    loop.tick();
    assertThat(loop.isHealthy()).isTrue();
  }

  @Test
  void doesNotLookWhileAnotherServerDoes() {
    AtomicBoolean mayLook = new AtomicBoolean();
    FeedLoop left = loop(this::look, scheduler, mayLook::get);
    left.start();
    scheduler.advance(INTERVAL.multipliedBy(3));
    left.tickSoon();
    scheduler.runDue();
    assertThat(ticks).isZero();
    assertThat(left.isHealthy()).isFalse();
    assertThat(log.lines()).isEmpty();

    mayLook.set(true);
    scheduler.advance(INTERVAL);
    assertThat(ticks).isOne();
    assertThat(left.isHealthy()).isTrue();
  }

  @Test
  void saysOnceThatItStandsStillWhileNobodyCanSayWhoseTheTablesAre() {
    FeedLoop left =
        loop(
            this::look,
            scheduler,
            () -> {
              throw new SourceUnavailableException("nobody can say");
            });
    left.tick();
    left.tick();
    assertThat(ticks).isZero();
    assertThat(log.lines()).containsExactly("WARNING The test feed stands still: nobody can say");
  }

  private static SourceUnavailableException away(String reason) {
    return new SourceUnavailableException(
        "the table", new IllegalStateException("no connection", new IOException(reason)));
  }

  private static FeedLoop loop(
      Supplier<Optional<Duration>> look, ScheduledExecutorService executor) {
    return loop(look, executor, () -> true);
  }

  private static FeedLoop loop(
      Supplier<Optional<Duration>> look,
      ScheduledExecutorService executor,
      BooleanSupplier mayLook) {
    Feed feed =
        new Feed() {
          @Override
          public String name() {
            return "test";
          }

          @Override
          public Optional<Duration> look() {
            return look.get();
          }
        };
    return new FeedLoop(
        feed,
        INTERVAL,
        executor,
        executor instanceof ManualScheduler manual ? manual::nanoTime : System::nanoTime,
        mayLook);
  }

  private Optional<Duration> look() {
    ticks++;
    duringLook.run();
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    return next;
  }
}
