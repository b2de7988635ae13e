package bellwether.mercure;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.access.ClientLimits;
import bellwether.auth.Grant;
import bellwether.config.Settings;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.fixtures.TestExchanges;
import bellwether.hub.Hub;
import bellwether.hub.PatternBudget;
import bellwether.observe.Metrics;
import bellwether.stream.OtherServers;
import bellwether.stream.Publishing;
import bellwether.stream.Streams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Subscribing by the Mercure protocol, to what is at the limits. */
class MercureServletTest {
  private final Metrics metrics = new Metrics();
  private final ManualScheduler time = new ManualScheduler();
  private final Hub hub = Hubs.over(MemoryLogs.of(100), time);
  private final ActiveSubscriptions subscriptions =
      new ActiveSubscriptions(hub, SubscriptionDirectory.NONE, time, UUID::randomUUID);
  private final Streams streams =
      new Streams(
          hub,
          metrics,
          new Settings.Streams(
              10,
              Duration.ofSeconds(15),
              Duration.ZERO,
              Duration.ofSeconds(3),
              Duration.ofDays(1),
              1000,
              PatternBudget.USUAL,
              1,
              Duration.ZERO),
          ClientLimits.none(),
          new Settings.Drain(Duration.ZERO, Duration.ofSeconds(10)),
          token -> false,
          OtherServers.NONE,
          TestExchanges.of(1000),
          time,
          time::nanoTime,
          InstantSource.system(),
          new Random(1));
  private final MercureServlet servlet =
      new MercureServlet(
          new Publishing(
              hub,
              topic -> false,
              topic -> false,
              ClientLimits.none(),
              100,
              TestExchanges.of(1000)),
          streams.opener(),
          request -> Grant.NONE,
          request -> Grant.NONE,
          new TopicBase(null),
          subscriptions,
          ClientLimits.none(),
          TestExchanges.of(1000),
          InstantSource.system());

  @AfterEach
  void nothingIsLeft() {
    streams.close();
    assertThat(metrics.text()).contains("bellwether_streams_open 0.0");
    assertThat(hub.patterns().used()).isZero();
    assertThat(subscriptions.all()).isEmpty();
  }

  @Test
  void opensForATopicThatAsATemplateWouldBeTooLarge() {
    Exchange exchange = new Exchange("GET", "/.well-known/mercure", null);

    get(exchange.parameter("match", "{x:300}").parameter("topic", "a/{b}"));

    assertThat(exchange.isOpen()).isTrue();
    assertThat(subscriptions.all()).hasSize(2);
  }

  @Test
  void refusesATemplateThatIsTooLarge() {
    Exchange exchange = new Exchange("GET", "/.well-known/mercure", null);

    get(exchange.parameter("topic", "{x:300}"));

    assertThat(exchange.status()).isEqualTo(400);
    assertThat(exchange.text()).contains("topic template is too large");
  }

  /** So that a refused request makes no more states than one that is not. */
  @Test
  void refusesPatternsThatAreTooLargeTogetherAtTheFirstThatIsTooMuch() {
    Exchange exchange = new Exchange("GET", "/.well-known/mercure", null);
    for (int i = 0; i < 98; i++) {
      exchange.parameter("match_urlpattern", "/" + i + "/(a{200})");
    }

    get(exchange.parameter("match_urlpattern", "(not looked at"));

    assertThat(exchange.status()).isEqualTo(400);
    assertThat(exchange.text()).contains("topic patterns are too large together");
  }

  @Test
  void countsAPatternOnceThatIsAskedForTwice() {
    Exchange exchange = new Exchange("GET", "/.well-known/mercure", null);

    get(
        exchange
            .parameter("match_urlpattern", "/(a{200})", "/(a{200})")
            .parameter("topic", "b/{c}", "b/{c}"));

    assertThat(exchange.isOpen()).isTrue();
  }

  @Test
  void refusesTooManyMatchersBeforeAnyIsLookedAt() {
    Exchange exchange = new Exchange("GET", "/.well-known/mercure", null);
    for (int i = 0; i < 101; i++) {
      exchange.parameter("match_urlpattern", "(not looked at");
    }

    get(exchange);

    assertThat(exchange.status()).isEqualTo(400);
    assertThat(exchange.text()).contains("more than 100 topics and matchers");
  }

  private void get(Exchange exchange) {
    FakeResponse body = new FakeResponse(new Random(1), 0);
    exchange.async(body).through(servlet);
    try {
      body.callListener();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
