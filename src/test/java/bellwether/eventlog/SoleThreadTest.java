package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SoleThreadTest {
  private static final int MANY = 20_000;

  private final List<Thread> started = new ArrayList<>();

  private Thread newThread(Runnable task) {
    Thread thread = new Thread(task);
    thread.setUncaughtExceptionHandler((which, e) -> {});
    started.add(thread);
    return thread;
  }

  @Test
  void noWorkIsForgottenHoweverTheRequestsMeet() throws InterruptedException {
    try (SoleThread thread = new SoleThread(this::newThread)) {
      Turn turn = new Turn();
      AtomicInteger asked = new AtomicInteger();
      AtomicInteger done = new AtomicInteger();
      CountDownLatch isAllDone = new CountDownLatch(1);
      Runnable work =
          () ->
              turn.run(
                  () -> {
                    done.set(asked.get());
                    if (done.get() == 2 * MANY) {
                      isAllDone.countDown();
                    }
                  });
      Runnable asking =
          () -> {
            for (int i = 0; i < MANY; i++) {
              asked.incrementAndGet();
              if (turn.take()) {
                thread.execute(work);
              }
            }
          };
      Thread other = new Thread(asking);
      other.start();
      asking.run();
      other.join();
      assertThat(isAllDone.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void runsWhatWaitsBeforeItEndsAndTakesNothingAfterwards() throws InterruptedException {
    SoleThread thread = new SoleThread(this::newThread);
    CountDownLatch isBusy = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    AtomicInteger ran = new AtomicInteger();
    thread.execute(
        () -> {
          isBusy.countDown();
          awaitUninterruptibly(mayGoOn);
          ran.incrementAndGet();
        });
    assertThat(isBusy.await(30, TimeUnit.SECONDS)).isTrue();
    thread.execute(ran::incrementAndGet);
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> thread.execute(ran::incrementAndGet));
    thread.close();
    started.get(0).interrupt(); // as whoever ends all threads does
    mayGoOn.countDown();
    started.get(0).join();
    assertThat(ran).hasValue(2);
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> thread.execute(ran::incrementAndGet));
  }

  @Test
  void takesNothingOnceATaskHasThrown() throws InterruptedException {
    try (SoleThread thread = new SoleThread(this::newThread)) {
      thread.execute(
          () -> {
            throw new IllegalStateException("made to fail");
          });
      started.get(0).join();
      assertThatExceptionOfType(RejectedExecutionException.class)
          .isThrownBy(() -> thread.execute(() -> {}));
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean isDone = false;
    while (!isDone) {
      try {
        latch.await();
        isDone = true;
      } catch (InterruptedException e) {
        // The test is about what follows.
      }
    }
  }
}
