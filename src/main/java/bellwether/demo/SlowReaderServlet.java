package bellwether.demo;

import bellwether.exchange.Exchanges;
import bellwether.exchange.Form;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.topic.Topic;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The servlet of {@code /demo/slow-reader}: has the server read a stream of the {@code topic}s from
 * itself, at a number of {@code bytes} per second.
 */
public final class SlowReaderServlet extends DemoRunServlet {
  private static final long serialVersionUID = 1L;
  private static final int MIN_BYTES = 100;
  private static final int MAX_BYTES = 1_000_000;
  private static final Duration LENGTH = Duration.ofMinutes(3);

  private final transient LongSupplier nanoTime;

  /**
   * @param clock tells which of several servers' readers is the last
   * @param nanoTime as {@link System#nanoTime}
   */
  public SlowReaderServlet(
      OtherDemos others, InstantSource clock, LongSupplier nanoTime, Exchanges exchanges) {
    super("demo-slow-reader", others, clock, exchanges);
    this.nanoTime = nanoTime;
  }

  @Override
  DemoRun begin(URI events, Form form) {
    int bytes = number(form, "bytes", MIN_BYTES, MAX_BYTES);
    String topics =
        form.all("topic").stream()
            .map(name -> Input.valid(() -> new Topic(name)).name())
            .map(name -> "topic=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    if (topics.isEmpty()) {
      throw new HttpProblem(400, "topic is missing");
    }
    return SlowReader.start(URI.create(events + "?" + topics), bytes, LENGTH, nanoTime);
  }

  @Override
  String none() {
    return "{\"running\":false}";
  }
}
