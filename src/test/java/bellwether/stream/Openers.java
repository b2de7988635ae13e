package bellwether.stream;

import bellwether.access.ClientLimits;
import bellwether.fixtures.TestExchanges;
import bellwether.hub.Hub;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** Openers of streams for anybody, whose keys are no secret. */
final class Openers {
  /** Streams that last for ever. */
  static final Lifetime ENDLESS =
      new Lifetime(Duration.ZERO, new Retry(Duration.ZERO, new Random(1)), () -> 0);

  private Openers() {}

  static StreamOpener of(
      Hub hub,
      StreamContext context,
      Retry retry,
      Supplier<Duration> retryOfRefused,
      ScheduledExecutorService timer) {
    return new StreamOpener(
        hub,
        context,
        retry,
        ENDLESS,
        retryOfRefused,
        new StreamRights(context.registry(), timer, InstantSource.system(), token -> false),
        ClientLimits.none(),
        StreamKey.keys(0, new Random(1)));
  }

  static PollOpener polls(
      Hub hub,
      StreamContext context,
      Supplier<Duration> retryOfRefused,
      ScheduledExecutorService timer) {
    return new PollOpener(
        hub,
        context,
        TestExchanges.of(1000),
        timer,
        retryOfRefused,
        new StreamRights(context.registry(), timer, InstantSource.system(), token -> false),
        ClientLimits.none());
  }
}
