package bellwether.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.LogUnavailableException;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.FakeBody;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.TestExchanges;
import bellwether.table.SourceUnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies that come all at once, in parts, too slowly, or not at all. */
class BodyReadingTest {
  private static final int MAX = 60_000;
  private static final int BODIES = 5;
  private static final int ROOM = 128 << 10;
  private static final Duration TIME = Duration.ofSeconds(30);

  private final ManualScheduler time = new ManualScheduler();
  private final FailedRequests failed = new FailedRequests();
  private final Exchanges exchanges =
      TestExchanges.of(
          new Exchanges.Limits(MAX, TIME, BODIES, ROOM, 1 << 20), failed, time, time::nanoTime);
  private final List<String> handled = new ArrayList<>();
  private final Echo servlet = new Echo(exchanges);
  private final Echo readers = new Echo(exchanges.forReaders());
  private Consumer<String> onBody = handled::add;
  private String answerToFailures = "";

  /** Answers with the length of what it was sent. */
  private final class Echo extends ApiServlet {
    private static final long serialVersionUID = 1L;
    private final transient Exchanges used;

    Echo(Exchanges used) {
      this.used = used;
    }

    @Override
    protected String allowed(HttpServletRequest request) {
      return "POST";
    }

    @Override
    protected void post(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      used.withBody(
          request,
          response,
          body -> {
            onBody.accept(body.text());
            exchanges.answer(request, response, Reply.text("got " + body.text().length()));
          });
    }

    @Override
    protected void failed(
        HttpProblem problem, HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (answerToFailures.isEmpty()) {
        super.failed(problem, request, response);
      } else {
        exchanges.answer(request, response, Reply.text(answerToFailures));
      }
    }
  }

  private final class Sent {
    final FakeBody body;
    final FakeResponse out = new FakeResponse(new Random(1), 0);
    final Exchange exchange;

    Sent(FakeBody body, String... headers) {
      this(servlet, body, headers);
    }

    Sent(Echo servlet, FakeBody body, String... headers) {
      this.body = body;
      this.exchange = new Exchange("POST", "/echo", null).arriving(body).async(out);
      for (int i = 0; i < headers.length; i += 2) {
        exchange.with(headers[i], headers[i + 1]);
      }
      exchange.through(servlet);
    }

    String text() {
      return exchange.text() + new String(out.written(), StandardCharsets.UTF_8);
    }

    /** The container lets the answer be written, until it is over. */
    Sent taken() throws IOException {
      out.callListener();
      return this;
    }
  }

  /** A body whose buffer a test sees; it has not come at all. */
  private final class Started {
    final BodyBuffer buffer;
    final FakeBody body;
    final Exchange exchange;

    Started(int length) {
      buffer = new BodyBuffer(MAX + 1, length);
      body = new FakeBody(length);
      exchange =
          new Exchange("POST", "/echo", null)
              .arriving(body)
              .async(new FakeResponse(new Random(1), 0))
              .through(
                  (request, response, chain) ->
                      new BodyReading(
                              exchanges,
                              (HttpServletRequest) request,
                              (HttpServletResponse) response,
                              buffer,
                              whole -> handled.add(whole.text()))
                          .start(null),
                  (request, response) -> {});
    }
  }

  @AfterEach
  void nothingIsHeld() {
    assertThat(exchanges.unfinishedBodies()).isZero();
    assertThat(exchanges.bodyBytes()).isZero();
    assertThat(exchanges.answerBytes()).isZero();
    assertThat(time.waiting()).as("timers").isZero();
  }

  @Test
  void whatIsHereWholeIsHandledAtOnceOnTheSameThread() {
    Sent sent = new Sent(new FakeBody(5).with("hello"));

    assertThat(handled).containsExactly("hello");
    assertThat(sent.text()).isEqualTo("got 5");
    assertThat(sent.exchange.completions()).as("of an asynchronous request").isZero();
    assertThat(sent.body.violations()).isEmpty();
  }

  @Test
  void anEmptyBodyIsHandledAtOnce() {
    assertThat(new Sent(new FakeBody(0)).text()).isEqualTo("got 0");
  }

  @Test
  void theRestOfABodyIsAwaitedByNoThread() throws IOException {
    Sent sent = new Sent(new FakeBody(11).with("hello"));
    assertThat(sent.exchange.isOpen()).isTrue();
    assertThat(exchanges.unfinishedBodies()).isEqualTo(1);

    sent.body.comes(" wor");
    assertThat(handled).isEmpty();
    sent.body.comes("ld");

    assertThat(handled).containsExactly("hello world");
    assertThat(sent.text()).isEqualTo("got 11");
    assertThat(sent.exchange.completions()).isEqualTo(1);
    assertThat(sent.body.violations()).isEmpty();
  }

  @Test
  void aLargeBodyGrowsAsItComes() throws IOException {
    Sent sent = new Sent(new FakeBody(40_000));
    long before = exchanges.bodyBytes();
    assertThat(before).isLessThanOrEqualTo(8192);
    for (int i = 0; i < 40; i++) {
      sent.body.comes("x".repeat(1000));
    }
    assertThat(sent.text()).isEqualTo("got 40000");
  }

  @Test
  void aBodyInChunksIsAwaitedToItsEnd() throws IOException {
    Sent sent = new Sent(new FakeBody(-1).with("all there is"));
    sent.body.callListener();
    assertThat(handled).isEmpty();

    sent.body.ends();

    assertThat(handled).containsExactly("all there is");
    assertThat(sent.exchange.completions()).isEqualTo(1);
  }

  static List<Throwable> failures() {
    return List.of(
        new HttpProblem(409, "no", java.util.Map.of("X-Why", "because")),
        new SourceUnavailableException("out of reach"),
        new LogUnavailableException("full", new IOException()),
        new AppendInDoubtException("hung", new IOException()),
        new IllegalStateException("a fault"),
        new StackOverflowError("a test"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsAnsweredInTheSameWayAtOnceAndLater(Throwable failure) throws IOException {
    onBody =
        text -> {
          if (failure instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) failure;
        };
    Sent now = new Sent(new FakeBody(5).with("hello"));
    Sent later = new Sent(new FakeBody(5).with("he"));
    later.body.comes("llo");

    assertThat(now.exchange.status()).isGreaterThanOrEqualTo(409);
    assertThat(later.exchange.status()).isEqualTo(now.exchange.status());
    assertThat(later.text()).isEqualTo(now.text()).contains("\"status\":");
    for (String header :
        List.of("Content-Type", "Content-Length", "Cache-Control", "Retry-After", "X-Why")) {
      assertThat(later.exchange.header(header)).isEqualTo(now.exchange.header(header));
    }
    assertThat(later.exchange.completions()).isEqualTo(1);
  }

  @Test
  void whoCannotTellWhetherItWasPublishedIsToldWhatARepetitionDoes() {
    onBody =
        text -> {
          throw new AppendInDoubtException("hung", new IOException());
        };
    Sent sent = new Sent(new FakeBody(1).with("x"));

    assertThat(sent.exchange.status()).isEqualTo(503);
    assertThat(sent.text()).contains("outcome is unknown", "Idempotency-Key");
    assertThat(sent.exchange.header("Retry-After")).isNotNull();
  }

  @Test
  void aBodyThatIsSaidToBeTooLargeIsReadAwayAndRefused() throws IOException {
    Sent sent = new Sent(new FakeBody(MAX + 1));
    sent.body.comes("x".repeat(MAX));
    assertThat(sent.body.left()).isZero();
    assertThat(sent.exchange.isOpen()).isTrue();

    sent.body.comes("x");

    assertThat(sent.exchange.status()).isEqualTo(413);
    assertThat(sent.text()).contains("larger than " + MAX + " bytes");
    assertThat(sent.exchange.header("Connection")).as("it can go on").isNull();
    assertThat(sent.exchange.completions()).isEqualTo(1);
  }

  @Test
  void aBodyThatIsFarTooLargeIsRefusedWhileItComes() throws IOException {
    Sent sent = new Sent(new FakeBody(10 << 20));
    sent.body.comes("x".repeat(1 << 20));
    assertThat(sent.exchange.status()).isNotEqualTo(413);
    sent.body.comes("x");
    sent.taken();
    assertRefused(sent, 413);

    assertThatIOException().isThrownBy(() -> sent.body.comes("x"));
    sent.exchange.fail();
    assertThat(sent.exchange.completions()).isEqualTo(1);
  }

  @Test
  void whoAsksFirstIsRefusedWithoutBeingReadAway() {
    Sent sent = new Sent(new FakeBody(MAX + 1), "Expect", "100-continue");
    assertRefused(sent, 413);
    assertThat(sent.exchange.isOpen()).isFalse();
  }

  @Test
  void aBodyInChunksThatGrowsTooLargeIsRefused() throws IOException {
    Sent sent = new Sent(new FakeBody(-1));
    sent.body.comes("x".repeat(MAX));
    assertThat(exchanges.unfinishedBodies()).isEqualTo(1);
    sent.body.comes("x");
    assertThat(exchanges.unfinishedBodies()).as("it counts no more").isZero();
    assertThat(exchanges.bodyBytes()).isZero();

    sent.body.comes("and more");
    sent.body.ends();

    assertThat(sent.exchange.status()).isEqualTo(413);
    assertThat(sent.exchange.completions()).isEqualTo(1);
    assertThat(handled).isEmpty();
  }

  @Test
  void whoGoesOnSendingWhatIsNotWantedIsAnsweredAndCutOff() throws IOException {
    Sent sent = new Sent(new FakeBody(-1));
    sent.body.comes("x".repeat(MAX + 1));
    time.advance(Duration.ofSeconds(6));
    sent.body.comes("still here");
    sent.taken();
    assertRefused(sent, 413);

    time.advance(Duration.ofSeconds(6));
    assertThatIOException().isThrownBy(() -> sent.body.comes("and still"));

    sent.body.fails(new IOException("as the container says then"));
    finishFailed();
    assertThat(sent.exchange.completions()).isEqualTo(1);
  }

  @Test
  void whoDripsIsRefusedAfterTenSeconds() throws IOException {
    Sent sent = new Sent(new FakeBody(1000));
    for (int i = 0; i < 9; i++) {
      time.advance(Duration.ofSeconds(1));
      sent.body.comes("x".repeat(25));
    }
    assertThat(exchanges.unfinishedBodies()).isEqualTo(1);
    time.advance(Duration.ofSeconds(1));
    assertThat(exchanges.unfinishedBodies()).as("it counts no more").isZero();

    sent.body.comes("x");
    sent.taken();

    assertRefused(sent, 408);
    time.advance(Duration.ofSeconds(6));
    assertThatIOException().isThrownBy(() -> sent.body.comes("x"));
    sent.exchange.fail();
    assertThat(sent.exchange.completions()).isEqualTo(1);
  }

  @Test
  void whoKeepsUpHasTheWholeTimeAndNoMore() throws IOException {
    Sent sent = new Sent(new FakeBody(MAX));
    for (int i = 0; i < 29; i++) {
      sent.body.comes("x".repeat(1100));
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(exchanges.unfinishedBodies()).isEqualTo(1);
    time.advance(Duration.ofSeconds(1));
    sent.body.comes("x".repeat(1100));
    sent.taken();

    assertRefused(sent, 408);
    sent.exchange.fail();
  }

  @Test
  void aBodyThatIsWholeOnlyWhenItsTimeIsOverIsNotHandled() throws IOException {
    Sent sent = new Sent(new FakeBody(-1).with("x"));
    sent.body.callListener();
    time.advance(TIME);
    sent.body.ends();

    assertThat(handled).isEmpty();
    assertThat(sent.exchange.status()).isEqualTo(408);
    assertThat(sent.exchange.completions()).isEqualTo(1);
  }

  @Test
  void whoSendsNothingIsToldWhereTheContainerLetsUs() {
    Sent onJetty = new Sent(new FakeBody(10));
    Sent onTomcat = new Sent(new FakeBody(10));
    onJetty.body.fails(new TimeoutException("Idle timeout expired"));
    onTomcat.body.fails(new SocketTimeoutException());

    assertRefused(onJetty, 408);
    assertThat(onJetty.exchange.completions()).isEqualTo(1);
    assertThat(onTomcat.exchange.completions()).as("who completes now gets an error page").isZero();
    finishFailed();
    assertThat(onTomcat.exchange.completions()).isEqualTo(1);
  }

  /** A publisher must never take it for a success. */
  @Test
  void aBodyThatIsNoHttpIsRefused() {
    Sent onJetty = new Sent(new FakeBody(-1));
    Sent onTomcat = new Sent(new FakeBody(-1));
    onJetty.body.fails(new IllegalArgumentException("a chunk without an end"));
    onTomcat.body.fails(new IOException("a chunk without an end"));
    finishFailed();

    assertRefused(onJetty, 400);
    assertThat(onTomcat.exchange.status()).isEqualTo(400);
    assertThat(onTomcat.exchange.completions()).isEqualTo(1);
  }

  @Test
  void aClientThatIsGoneLeavesNothing() throws IOException {
    Sent sent = new Sent(new FakeBody(5).with("he"));

    sent.body.fails(new IOException("reset"));
    sent.exchange.fail();
    sent.body.comes("llo");

    assertThat(handled).isEmpty();
    assertThat(sent.exchange.completions()).isEqualTo(1);
    finishFailed();
    assertThat(sent.exchange.completions()).isEqualTo(1);
  }

  @Test
  void moreUnfinishedBodiesThanThereMayBeAreRefusedUntilOneIsWhole() throws IOException {
    List<Sent> slow = new ArrayList<>();
    for (int i = 0; i < BODIES; i++) {
      slow.add(new Sent(new FakeBody(5)));
    }
    Sent refused = new Sent(new FakeBody(5));
    refused.body.comes("hello");
    assertThat(refused.exchange.status()).isEqualTo(503);
    assertThat(refused.exchange.header("Retry-After")).isEqualTo("5");
    assertThat(new Sent(new FakeBody(5).with("hello")).text()).as("whole").isEqualTo("got 5");

    slow.get(0).body.comes("hello");

    Sent next = new Sent(new FakeBody(5));
    assertThat(exchanges.unfinishedBodies()).isEqualTo(BODIES);
    slow.add(next);
    for (Sent sent : slow) {
      sent.exchange.fail();
    }
  }

  @Test
  void readersBodiesNeverTakeThePublishersPlaces() throws IOException {
    List<Sent> slow = new ArrayList<>();
    for (int i = 0; i < BODIES / 2; i++) {
      slow.add(new Sent(readers, new FakeBody(5)));
    }
    Sent refused = new Sent(readers, new FakeBody(5));
    refused.body.comes("hello");
    assertThat(refused.exchange.status()).isEqualTo(503);

    Sent publisher = new Sent(new FakeBody(5));
    publisher.body.comes("hello");
    assertThat(publisher.text()).isEqualTo("got 5");

    slow.get(0).body.comes("hello");
    Sent next = new Sent(readers, new FakeBody(5));
    next.body.comes("hello");
    assertThat(next.text()).isEqualTo("got 5");
    slow.get(1).exchange.fail();
  }

  @Test
  void readersBodiesNeverTakeThePublishersBytes() throws IOException {
    Sent first = new Sent(readers, new FakeBody(MAX));
    first.body.comes("x".repeat(40_000));
    Sent refused = new Sent(readers, new FakeBody(MAX));
    refused.body.comes("x".repeat(40_000));
    refused.body.comes("x".repeat(20_000));
    assertThat(refused.exchange.status()).isEqualTo(503);

    Sent publisher = new Sent(new FakeBody(20_000));
    publisher.body.comes("x".repeat(20_000));
    assertThat(publisher.text()).isEqualTo("got 20000");
    first.exchange.fail();
  }

  @Test
  void unfinishedBodiesHoldABoundedNumberOfBytesTogether() throws IOException {
    List<Sent> slow = new ArrayList<>();
    for (int i = 0; i < BODIES; i++) {
      Sent sent = new Sent(new FakeBody(50_000));
      sent.body.comes("x".repeat(20_000));
      assertThat(exchanges.bodyBytes()).isLessThanOrEqualTo(ROOM);
      slow.add(sent);
    }
    assertThat(exchanges.unfinishedBodies()).isEqualTo(BODIES - 1);
    slow.get(BODIES - 1).body.comes("x".repeat(30_000));
    assertThat(slow.get(BODIES - 1).exchange.status()).isEqualTo(503);
    for (Sent sent : slow) {
      sent.exchange.fail();
    }
    assertThat(exchanges.bodyBytes()).isZero();
    Sent late = new Sent(new FakeBody(20_000));
    late.body.comes("x".repeat(20_000));
    assertThat(late.text()).isEqualTo("got 20000");
  }

  @Test
  void aServletAnswersWhatFailsLaterAsItAnswersWhatFailsAtOnce() throws IOException {
    onBody =
        text -> {
          throw new IllegalStateException("a fault");
        };
    answerToFailures = "in my own way";
    Sent sent = new Sent(new FakeBody(5).with("he"));
    sent.body.comes("llo");

    assertThat(sent.text()).isEqualTo("in my own way");
    assertThat(sent.exchange.completions()).isEqualTo(1);
  }

  @Test
  void theBytesOfABodyAreLetGoWithItsRoom() throws IOException {
    Started tooLarge = new Started(-1);
    tooLarge.body.comes("x".repeat(MAX + 1));
    Started late = new Started(MAX);
    time.advance(TIME);
    Started gone = new Started(MAX);
    gone.body.fails(new IOException("reset"));
    Started handled = new Started(5);
    handled.body.comes("hello");

    for (Started each : List.of(tooLarge, late, gone, handled)) {
      assertThat(each.buffer.capacity()).isZero();
      each.exchange.fail();
    }
  }

  @Test
  void aHandlerHasTheBytesAndTheirRoomUntilItReturns() throws IOException {
    List<Sent> sent = new ArrayList<>();
    onBody =
        text -> {
          try {
            sent.get(0).exchange.fail();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          assertThat(exchanges.bodyBytes()).isPositive();
        };
    sent.add(new Sent(new FakeBody(5)));
    sent.get(0).body.comes("hello");
    assertThat(exchanges.bodyBytes()).isZero();
    assertThat(sent.get(0).exchange.completions()).isEqualTo(1);
  }

  /** Over HTTP/2 the last bytes may come without saying that they are the last. */
  @Test
  void theEndOfABodyIsAwaitedByNoThread() throws IOException {
    FakeBody body = new FakeBody(5).withItsEndSaid().with("hello");
    FakeResponse out = new FakeResponse(new Random(1), 0);
    Exchange exchange =
        new Exchange("POST", "/echo", null).protocol("HTTP/2.0").arriving(body).async(out);
    exchange.through(servlet);
    assertThat(body.violations()).isEmpty();
    assertThat(exchange.isOpen()).isTrue();

    body.ends();

    assertThat(handled).containsExactly("hello");
    assertThat(exchange.completions()).isEqualTo(1);
  }

  @Test
  void whoNeverStopsSendingHoldsNoThread() throws IOException {
    Sent sent = new Sent(new FakeBody(-1));
    sent.body.comes("x".repeat(8 << 20));
    assertThat(sent.body.left()).as("is not read").isPositive();

    sent.taken();

    assertRefused(sent, 413);
    assertThat(sent.body.left()).isPositive();
    finishFailed();
    assertThat(sent.exchange.completions()).isEqualTo(1);
  }

  @Test
  void whatHasComeWhileTheRefusalWasWrittenIsReadAway() throws IOException {
    Sent sent = new Sent(new FakeBody(-1));
    sent.body.comes("x".repeat(MAX + 1));
    time.advance(Duration.ofSeconds(6));
    sent.body.comes("x");
    sent.body.comes("x".repeat(1000));
    assertThat(sent.body.left()).isEqualTo(1000);

    sent.taken();

    assertThat(sent.body.left()).isZero();
    assertRefused(sent, 413);
    assertThat(sent.exchange.isOpen()).isTrue();
    sent.body.ends();
    assertThat(sent.exchange.completions()).isEqualTo(1);
  }

  @Test
  void whoComesWhenTheServerStopsIsToldToTryAgain() {
    time.shutdown();
    Sent sent = new Sent(new FakeBody(5).with("he"));

    assertThat(sent.exchange.status()).isEqualTo(503);
    assertThat(sent.text()).contains("\"status\":503");
    assertThat(sent.exchange.header("Retry-After")).isNotNull();
    assertThat(sent.exchange.completions()).isEqualTo(1);
  }

  @Test
  void whoCannotBeAwaitedIsAnsweredAndCompleted() {
    time.failNext();
    Sent sent = new Sent(new FakeBody(5).with("he"));

    assertThat(sent.exchange.status()).isEqualTo(500);
    assertThat(sent.text()).contains("\"status\":500");
    assertThat(sent.exchange.completions()).isEqualTo(1);
  }

  /** In case that its container never says anything. */
  @Test
  void whoIsNeverHeardOfAgainIsLetGoInTheEnd() {
    Sent sent = new Sent(new FakeBody(5).with("he"));
    time.advance(TIME.plusSeconds(119));
    finishFailed();
    assertThat(sent.exchange.isOpen()).isTrue();

    time.advance(Duration.ofSeconds(1));
    finishFailed();

    assertThat(sent.exchange.completions()).isEqualTo(1);
  }

  /** On Jetty the first time-out stays, and on Tomcat each counts from the beginning. */
  @Test
  void whoeverTakesTheRequestOverHasTheWholeOfItsOwnTime() throws IOException {
    HeldAnswer held = exchanges.hold(answer -> {});
    FakeBody body = new FakeBody(5).with("he");
    FakeResponse out = new FakeResponse(new Random(1), 0);
    Exchange exchange = new Exchange("POST", "/echo", null).arriving(body).async(out);
    exchange.through(holding(held));
    assertThat(exchange.timeouts()).containsExactly(0L);

    time.advance(Duration.ofSeconds(3));
    body.comes("llo");

    assertThat(exchange.timeouts()).containsExactly(0L, 4000L);
    time.advance(Duration.ofMinutes(10));
    finishFailed();
    assertThat(exchange.isOpen()).as("nobody else ends it").isTrue();
    exchange.timeOut();
    assertThat(exchange.completions()).isEqualTo(1);
  }

  private ApiServlet holding(HeldAnswer held) {
    return new ApiServlet() {
      private static final long serialVersionUID = 1L;

      @Override
      protected String allowed(HttpServletRequest asked) {
        return "POST";
      }

      @Override
      protected void post(HttpServletRequest asked, HttpServletResponse response)
          throws IOException {
        exchanges.withBody(
            asked, response, whole -> held.begin(asked, response, Duration.ofSeconds(1)));
      }
    };
  }

  @Test
  void whoeverTakesTheRequestOverCompletesIt() throws IOException {
    HeldAnswer held = exchanges.hold(answer -> {});
    FakeBody body = new FakeBody(5).with("he");
    FakeResponse out = new FakeResponse(new Random(1), 0);
    Exchange exchange = new Exchange("POST", "/echo", null).arriving(body).async(out);
    exchange.through(holding(held));
    body.comes("llo");
    assertThat(exchange.isOpen()).isTrue();

    held.answer(Reply.text("later"));
    out.callListener();

    assertThat(exchange.completions()).isEqualTo(1);
    assertThat(new String(out.written(), StandardCharsets.UTF_8)).isEqualTo("later");
    assertThat(out.violations()).isEmpty();
  }

  private void finishFailed() {
    failed.completeOld();
    failed.completeOld();
  }

  private static void assertRefused(Sent sent, int status) {
    assertThat(sent.exchange.status()).isEqualTo(status);
    assertThat(sent.text()).contains("\"status\":" + status);
    assertThat(sent.exchange.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(sent.exchange.header("Connection")).isEqualTo("close");
  }
}
