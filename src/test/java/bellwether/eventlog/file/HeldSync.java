package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A disk's next sync, and those after it, which wait until a test lets them go on. */
final class HeldSync {
  private final CountDownLatch hasBegun = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);

  HeldSync(FakeDisk disk) {
    disk.beforeSync(
        () -> {
          hasBegun.countDown();
          await(mayGoOn);
        });
  }

  void awaitBegin() {
    await(hasBegun);
  }

  void release() {
    mayGoOn.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
