package bellwether.stream;

import bellwether.exchange.HttpProblem;

/**
 * The time in which another server does the work of this one: nobody is let in here, and who was in
 * is told to come back. Independent of a drain. Any thread; begun and ended by one.
 */
public final class Standby {
  private final ConnectionRegistry registry;
  private final Drain drain;
  private volatile boolean hasBegun;

  Standby(ConnectionRegistry registry, Drain drain) {
    this.registry = registry;
    this.drain = drain;
  }

  /** Lets nobody in any more, then ends what is open; waits a bounded time for the clients. */
  public void begin() {
    hasBegun = true;
    registry.suspend();
    drain.endOpen();
  }

  /** Lets streams and polls in, unless they are drained. */
  public void end() {
    registry.resume();
    hasBegun = false;
  }

  boolean isOn() {
    return hasBegun;
  }

  /** Returns the problem that answers a request while another server works. */
  HttpProblem problem() {
    return HttpProblem.standingBy(drain.retryOfRefused());
  }
}
