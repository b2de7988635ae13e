package bellwether.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.auth.Grant;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.MemoryLogs;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which streams take their client's socket where the server offers it, and which go without. */
class SocketChoiceTest {
  private final ServedEvents served = new ServedEvents(MemoryLogs.of(100), request -> Grant.NONE);
  private final FakeChannel channel = new FakeChannel();
  private final FakeResponse body = new FakeResponse(new Random(1), 0);

  private Exchange exchange(String method) {
    return new Exchange(method, "/events", null)
        .async(body)
        .attribute(StreamOpener.DIRECT_CHANNEL, channel);
  }

  @Test
  void takesTheSocketOfARequestWithoutABody() throws IOException {
    Exchange exchange = exchange("GET").through(served.events);
    assertThat(channel.isAsked()).as("before the head is written").isFalse();
    body.callListener();

    assertThat(body.isFlushed()).isTrue();
    assertThat(channel.isAsked()).isTrue();
    assertThat(exchange.header("Connection")).isEqualTo("close");
    assertThat(exchange.header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(served.registry.size()).as("it is open, though its request is over").isEqualTo(1);
    channel.handOver();
    assertThat(channel.written()).contains("retry: ");
    channel.read(-1);
    assertThat(served.registry.size()).isZero();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void takesTheSocketWhenTheBodyHasBeenRead() throws IOException {
    exchange("QUERY")
        .with("Content-Type", "application/x-www-form-urlencoded")
        .body("topic=a".getBytes(UTF_8))
        .through(served.events);
    body.callListener();

    assertThat(channel.isAsked()).isTrue();
  }

  @Test
  void noThreadWaitsForAClientThatTakesNotEvenTheHead() throws IOException {
    body.stickAfter(0);
    Exchange exchange = exchange("GET").through(served.events);
    body.callListener();
    assertThat(channel.isAsked()).isFalse();
    assertThat(exchange.waits()).isZero();

    body.stickAfter(1);
    body.callListener();

    assertThat(channel.isAsked()).isTrue();
    channel.handOver();
    assertThat(channel.written()).contains("retry: ");
    assertThat(body.violations()).isEmpty();
  }

  @Test
  void leavesNothingOfAClientThatWentBeforeItsHeadWasWritten() throws IOException {
    body.stickAfter(0);
    Exchange exchange = exchange("GET").through(served.events);
    body.callListener();

    body.fails(new IOException("reset"));

    assertThat(served.registry.size()).isZero();
    assertThat(exchange.completions()).isEqualTo(1);
    assertThat(channel.isAsked()).isFalse();
  }

  @Test
  void leavesTheSocketOfARequestWithABodyThatNobodyReads() throws IOException {
    Exchange exchange = exchange("GET").body("x".getBytes(UTF_8)).through(served.events);

    assertThatTheContainerWritesIt(exchange);
  }

  /** Something that compresses, for example. */
  @Test
  void leavesTheSocketWhenAFilterWrapsTheResponse() throws IOException {
    Exchange exchange =
        exchange("GET")
            .through(
                (request, response, chain) ->
                    chain.doFilter(
                        request, new HttpServletResponseWrapper((HttpServletResponse) response)),
                served.events::service);

    assertThatTheContainerWritesIt(exchange);
  }

  private void assertThatTheContainerWritesIt(Exchange exchange) throws IOException {
    assertThat(channel.isAsked()).isFalse();
    assertThat(exchange.header("Connection")).isEqualTo("keep-alive");
    body.callListener();
    assertThat(new String(body.written(), UTF_8)).contains("retry: ");
    assertThat(channel.written()).isEmpty();
  }
}
