package bellwether.demo;

import bellwether.exchange.HttpProblem;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** The demo's streams that do not use the hub. They are few, and each ends after a while. */
public final class DemoStreams implements AutoCloseable {
  private static final int MAX = 100;
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final ScheduledExecutorService executor;
  private final Set<DemoStream> open = ConcurrentHashMap.newKeySet();

  /**
   * @param executor runs the ticks, which never block
   */
  public DemoStreams(ScheduledExecutorService executor) {
    this.executor = executor;
  }

  /**
   * Keeps open a response whose headers have been set.
   *
   * @param next supplies the bytes to write after each {@code pause}
   * @throws HttpProblem if there are too many
   */
  void hold(
      HttpServletRequest request,
      HttpServletResponse response,
      byte[] first,
      Duration pause,
      Supplier<byte[]> next)
      throws IOException {
    if (open.size() >= MAX) {
      throw new HttpProblem(503, "the demo holds " + MAX + " streams already");
    }
    AsyncContext async = request.startAsync();
    DemoStream held = null;
    try {
      async.setTimeout(LONGEST.toMillis());
      held = new DemoStream(async, response.getOutputStream(), first, next, open::remove);
      open.add(held);
      held.start(executor, pause);
      async.addListener(held);
      response.getOutputStream().setWriteListener(held); // last: now the container calls it
    } catch (IOException | RuntimeException | Error e) { // nobody else would end it
      if (held == null) {
        async.complete();
      } else {
        held.end();
      }
      throw e;
    }
  }

  @Override
  public void close() {
    open.forEach(DemoStream::end);
  }
}
