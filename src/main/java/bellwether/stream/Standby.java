package bellwether.stream;

import bellwether.exchange.HttpProblem;

/**
 * The standby of this server, while another one does the work: no stream or poll is admitted, and
 * the clients of open ones are told to come back. It is independent of a drain. Any thread; one
 * thread begins and ends it.
 */
public final class Standby {
  private final ConnectionRegistry registry;
  private final Drain drain;
  private volatile boolean hasBegun;

  Standby(ConnectionRegistry registry, Drain drain) {
    this.registry = registry;
    this.drain = drain;
  }

  /**
   * Stops admitting streams and polls, then ends those that are open; waits a bounded time for the
   * clients.
   */
  public void begin() {
    hasBegun = true;
    registry.suspend();
    drain.endOpen();
  }

  /** Admits streams and polls again, unless the server is drained. */
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
