package bellwether.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.Exchange;
import bellwether.fixtures.TestExchanges;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers, and who waits for their clients. */
class AnswerTest {
  private static final int BUFFER = 8192; // what every container has at least

  private final Exchanges exchanges = TestExchanges.of(1000);

  /** Answers GET, and fails to answer POST when it has written something. */
  private final class Answering extends ApiServlet {
    private static final long serialVersionUID = 1L;
    private final int length;

    Answering(int length) {
      this.length = length;
    }

    @Override
    protected String allowed(HttpServletRequest request) {
      return "GET, POST";
    }

    @Override
    protected void get(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      exchanges.answer(request, response, Reply.text("x".repeat(length)));
    }

    @Override
    protected void post(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getOutputStream().write(new byte[length]);
      throw new HttpProblem(409, "no");
    }
  }

  private Exchange exchange(String method, int length) {
    return new Exchange(method, "/x", null).through(new Answering(length));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 8191})
  void aSmallAnswerWaitsForNoClient(int length) {
    Exchange exchange = exchange("GET", length);

    assertThat(exchange.waits()).isZero();
    assertThat(exchange.text()).hasSize(length);
    assertThat(exchange.bufferSize()).as("it is not full").isGreaterThan(length);
    assertThat(exchange.bufferSize()).isBetween(4096, BUFFER);
  }

  @Test
  void aProblemWaitsForNoClient() {
    Exchange exchange = exchange("PUT", 0);
    assertThat(exchange.status()).isEqualTo(405);
    assertThat(exchange.waits()).isZero();
    assertThat(exchange.bufferSize()).isPositive();
  }

  @Test
  void theAnswerToHeadSaysTheLength() {
    Exchange exchange = exchange("HEAD", 10);
    assertThat(exchange.header("Content-Length")).isEqualTo("10");
    assertThat(exchange.text()).isEmpty();
  }

  @Test
  void whatWasWrittenBeforeAFailureIsNoPartOfTheAnswer() {
    Exchange exchange = exchange("POST", 100);
    assertThat(exchange.status()).isEqualTo(409);
    assertThat(exchange.text()).startsWith("{").contains("\"status\":409");
  }

  /** Tomcat keeps what it was told the length of, too. */
  @Test
  void anAnswerThatMayBeSentBeforeTheRequestIsOverSaysItsLength() {
    Exchange exchange =
        new Exchange("GET", "/x", null)
            .through(
                new UnreadBodyFilter(exchanges),
                (request, response) ->
                    new Answering(10)
                        .service((HttpServletRequest) request, (HttpServletResponse) response));
    assertThat(exchange.saysLength()).isTrue();
  }
}
