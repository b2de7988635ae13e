package bellwether.demo;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.Exchange;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.ManualScheduler;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DemoStreamsTest {
  private static final int MAX = 100;

  private final ManualScheduler time = new ManualScheduler();
  private final DemoStreams streams = new DemoStreams(time);
  private int steps;
  private int failing;

  @Test
  void leavesNothingOfAStreamInWhoseOpeningAnErrorComes() {
    boolean isCaught = true;
    for (failing = 1; isCaught; failing++) {
      steps = 0;
      Exchange exchange = hold();
      isCaught = steps >= failing;
      assertThat(exchange.isOpen()).as("after step %s", failing).isNotEqualTo(isCaught);
      assertThat(time.waiting()).as("ticks, after step %s", failing).isEqualTo(isCaught ? 0 : 1);
    }
    assertThat(failing).isGreaterThan(6);
    failing = Integer.MAX_VALUE;
    for (int i = 1; i < MAX; i++) {
      assertThat(hold().isOpen()).as("one of so many as there may be").isTrue();
    }
  }

  private Exchange hold() {
    HttpServlet servlet =
        new HttpServlet() {
          private static final long serialVersionUID = 1L;

          @Override
          protected void service(HttpServletRequest request, HttpServletResponse response)
              throws IOException {
            streams.hold(request, response, new byte[1], Duration.ofSeconds(15), () -> new byte[1]);
          }
        };
    Exchange exchange =
        new Exchange("GET", "/demo/raw", null)
            .beforeEach(this::step)
            .async(new FakeResponse(new Random(1), 0));
    try {
      exchange.through(servlet);
    } catch (OutOfMemoryError e) {
      assertThat(e).as("of this opening").hasMessage("at step " + failing);
    }
    return exchange;
  }

  private void step() {
    if (++steps == failing) {
      throw new OutOfMemoryError("at step " + failing);
    }
  }
}
