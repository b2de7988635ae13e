package bellwether.demo;

import bellwether.exchange.Exchanges;
import bellwether.exchange.Form;
import bellwether.hub.Hub;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * The servlet of {@code /demo/load}: runs a load test against this server, with a number of {@code
 * streams} and a {@code rate} of events per second.
 */
public final class LoadServlet extends DemoRunServlet {
  private static final long serialVersionUID = 1L;
  private static final int MAX_STREAMS = 5000;
  private static final int MAX_RATE = 100;
  private static final Duration LENGTH = Duration.ofMinutes(1);

  private final transient Hub hub;
  private final transient ScheduledExecutorService timer;
  private final transient LongSupplier nanoTime;

  /**
   * @param timer runs the publishing, which may wait for the log
   * @param clock tells which of several servers' runs is the last
   * @param nanoTime as {@link System#nanoTime}
   */
  public LoadServlet(
      Hub hub,
      OtherDemos others,
      ScheduledExecutorService timer,
      InstantSource clock,
      LongSupplier nanoTime,
      Exchanges exchanges) {
    super("demo-load", others, clock, exchanges);
    this.hub = hub;
    this.timer = timer;
    this.nanoTime = nanoTime;
  }

  @Override
  DemoRun begin(URI events, Form form) {
    int streams = number(form, "streams", 1, MAX_STREAMS);
    int rate = number(form, "rate", 1, MAX_RATE);
    return LoadRun.start(hub, events, streams, rate, LENGTH, timer, nanoTime);
  }

  @Override
  String none() {
    return LoadFigures.NONE.toJson();
  }
}
