package bellwether.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.LogUnavailableException;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.TestExchanges;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that are awaited, or large, or not taken. */
class HeldAnswerTest {
  private static final int ROOM = 400_000;

  private final ManualScheduler time = new ManualScheduler();
  private final FailedRequests failed = new FailedRequests();
  private final Exchanges exchanges =
      TestExchanges.of(
          new Exchanges.Limits(1000, Duration.ofSeconds(30), 10, 1000, ROOM),
          failed,
          time,
          time::nanoTime);

  private interface Answering {
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException;
  }

  private static final class Asked {
    final FakeResponse out;
    final Exchange exchange;

    Asked(Exchange exchange, FakeResponse out, Answering answering) {
      this.exchange = exchange.async(out);
      this.out = out;
      exchange.through(servlet(answering));
    }

    String text() {
      return exchange.text() + new String(out.written(), UTF_8);
    }
  }

  private static ApiServlet servlet(Answering answering) {
    return new ApiServlet() {
      private static final long serialVersionUID = 1L;

      @Override
      protected String allowed(HttpServletRequest request) {
        return "GET";
      }

      @Override
      protected void get(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        answering.answer(request, response);
      }
    };
  }

  private Asked large(int size, FakeResponse out) {
    return ask(
        out, (request, response) -> exchanges.json(request, response, 200, "x".repeat(size)));
  }

  private Asked awaiting(CompletableFuture<String> outcome) {
    return ask(
        new FakeResponse(new Random(1), 0),
        (request, response) -> exchanges.answerWith(outcome, Reply::text, request, response));
  }

  private static Asked ask(FakeResponse out, Answering answering) {
    return new Asked(new Exchange("GET", "/large", null), out, answering);
  }

  private static FakeResponse untaken() {
    return new FakeResponse(new Random(1), 100);
  }

  @AfterEach
  void nothingIsHeld() {
    assertThat(exchanges.answerBytes()).isZero();
  }

  @Test
  void aSmallAnswerIsWrittenAtOnce() {
    Asked asked = large(8191, untaken());
    assertThat(asked.text()).hasSize(8191);
    assertThat(asked.exchange.completions()).as("of an asynchronous request").isZero();
  }

  @Test
  void aLargeAnswerIsWrittenAsItsClientTakesIt() throws IOException {
    FakeResponse slow = new FakeResponse(new Random(7), 60);
    Asked asked = large(100_000, slow);
    assertThat(exchanges.answerBytes()).isEqualTo(100_000);
    for (int i = 0; i < 1000 && asked.exchange.isOpen(); i++) {
      slow.callListener();
    }

    assertThat(asked.text()).hasSize(100_000);
    assertThat(asked.exchange.header("Content-Length")).isEqualTo("100000");
    assertThat(asked.exchange.completions()).isEqualTo(1);
    assertThat(slow.violations()).isEmpty();
  }

  @Test
  void isCompletedWhateverItsOwnerThrowsAsItEnds() {
    HeldAnswer held =
        exchanges.hold(
            new HeldAnswer.Owner() {
              @Override
              public void timedOut(HeldAnswer answer) {}

              @Override
              public void ended() {
                throw new OutOfMemoryError("to let go of it");
              }
            });
    Asked asked =
        ask(
            new FakeResponse(new Random(1), 0),
            (request, response) -> held.begin(request, response, Duration.ofMinutes(1)));

    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(held::close);

    assertThat(asked.exchange.completions()).isEqualTo(1);
  }

  @Test
  void aLargeAnswerToHeadIsItsHeaders() {
    FakeResponse out = new FakeResponse(new Random(1), 0);
    Asked asked =
        new Asked(
            new Exchange("HEAD", "/large", null),
            out,
            (request, response) -> exchanges.json(request, response, 200, "x".repeat(100_000)));
    assertThat(asked.exchange.header("Content-Length")).isEqualTo("100000");
    assertThat(asked.text()).isEmpty();
  }

  @Test
  void answersThatNobodyTakesHoldABoundedNumberOfBytesTogether() throws IOException {
    List<Asked> unread = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      unread.add(large(100_000, untaken()));
      assertThat(exchanges.answerBytes()).isLessThanOrEqualTo(ROOM);
    }
    FakeResponse taken = new FakeResponse(new Random(1), 0);
    Asked refused = large(100_000, taken);
    taken.callListener();
    assertThat(refused.exchange.status()).isEqualTo(503);
    assertThat(refused.exchange.header("Retry-After")).isEqualTo("5");
    assertThat(refused.text()).contains("\"status\":503");

    FakeResponse another = new FakeResponse(new Random(1), 0);
    Asked small = large(10_000, another);
    another.callListener();
    assertThat(small.exchange.status()).as("there is room for what is small").isEqualTo(200);

    unread.get(0).exchange.fail();
    FakeResponse next = new FakeResponse(new Random(1), 0);
    Asked admitted = large(100_000, next);
    next.callListener();
    assertThat(admitted.exchange.status()).isEqualTo(200);
    for (Asked asked : unread) {
      asked.exchange.timeOut();
      assertThat(asked.exchange.completions()).isEqualTo(1);
    }
  }

  @Test
  void anAnswerIsCountedBeforeItIsMade() throws IOException {
    FakeResponse out = untaken();
    List<HeldAnswer> answers = new ArrayList<>();
    Asked asked =
        ask(
            out,
            (request, response) -> {
              HeldAnswer held = exchanges.hold(answer -> {});
              held.begin(request, response, Duration.ofSeconds(1));
              answers.add(held);
            });
    HeldAnswer held = answers.get(0);
    assertThat(held.reserve(ROOM / 2)).isTrue();
    assertThat(exchanges.answerBytes()).isEqualTo(ROOM / 2);
    assertThat(exchanges.hold(answer -> {}).reserve(ROOM / 2)).as("another").isFalse();
    assertThat(exchanges.answerBytes()).isEqualTo(ROOM / 2);

    held.answer(Reply.text("x".repeat(1000)));
    assertThat(exchanges.answerBytes()).as("what it did not need").isEqualTo(1000);
    asked.exchange.timeOut();
    assertThat(held.reserve(1000)).as("nobody takes it").isTrue();
  }

  @Test
  void largeAnswersAreMadeAFewAtATime() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    CountDownLatch isGoing = new CountDownLatch(1);
    CountDownLatch areMaking = new CountDownLatch(4);
    AtomicInteger made = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        all.add(threads.submit(() -> make(areMaking, isGoing, made)));
      }
      areMaking.await();
      Thread impatient = new Thread(() -> make(areMaking, isGoing, made));
      impatient.setUncaughtExceptionHandler((thread, refused) -> made.addAndGet(100));
      impatient.start();
      impatient.interrupt(); // its time is over
      impatient.join();
      assertThat(made).as("it was refused").hasValue(100);

      isGoing.countDown();
      all.add(threads.submit(() -> make(areMaking, isGoing, made)));
      for (Future<?> one : all) {
        one.get();
      }
      assertThat(made).hasValue(105);
    } finally {
      threads.shutdownNow();
    }
  }

  private void make(CountDownLatch areMaking, CountDownLatch isGoing, AtomicInteger made) {
    try {
      exchanges.inTurn(
          () -> {
            areMaking.countDown();
            await(isGoing);
            made.incrementAndGet();
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anOutcomeThatIsThereIsAnsweredAtOnce() {
    Asked asked = awaiting(CompletableFuture.completedFuture("id"));
    assertThat(asked.text()).isEqualTo("id");
    assertThat(asked.exchange.completions()).as("of an asynchronous request").isZero();
  }

  @Test
  void anOutcomeThatComesLaterIsAnsweredByAnotherThanItsBringer() throws IOException {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    Asked asked = awaiting(outcome);
    asked.out.callListener();
    assertThat(asked.exchange.isOpen()).isTrue();

    outcome.complete("id");
    assertThat(asked.exchange.isOpen()).as("the log's thread does not write").isTrue();
    time.runDue();

    assertThat(asked.text()).isEqualTo("id");
    assertThat(asked.exchange.status()).isEqualTo(200);
    assertThat(asked.exchange.completions()).isEqualTo(1);
    assertThat(asked.out.violations()).isEmpty();
  }

  @Test
  void aFailureThatComesLaterIsAnsweredByAnotherThanItsBringer() throws IOException {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    Asked asked = awaiting(outcome);
    asked.out.callListener();

    outcome.completeExceptionally(new AppendInDoubtException("hung", new IOException()));
    assertThat(asked.exchange.isOpen()).isTrue();
    time.runDue();

    assertThat(asked.exchange.status()).isEqualTo(503);
    assertThat(asked.text()).contains("outcome is unknown");
  }

  @Test
  void aFailureIsAnsweredAlikeAtOnceAndLater() throws IOException {
    for (RuntimeException failure :
        List.of(
            new HttpProblem(409, "somebody else's"),
            new LogUnavailableException("full", new IOException()),
            new AppendInDoubtException("hung", new IOException()))) {
      CompletableFuture<String> outcome = new CompletableFuture<>();
      Asked later = awaiting(outcome);
      outcome.completeExceptionally(failure);
      time.runDue();
      later.out.callListener();
      Asked now = awaiting(outcome);

      assertThat(later.exchange.status()).isEqualTo(now.exchange.status()).isNotEqualTo(200);
      assertThat(later.text()).isEqualTo(now.text());
      assertThat(later.exchange.header("Retry-After"))
          .isEqualTo(now.exchange.header("Retry-After"));
    }
  }

  @Test
  void whatAnAnswerCannotBeMadeOfIsAnsweredAsAFault() throws IOException {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    Asked asked =
        ask(
            new FakeResponse(new Random(1), 0),
            (request, response) ->
                exchanges.answerWith(
                    outcome,
                    value -> {
                      throw new HttpProblem(409, "the key is somebody else's");
                    },
                    request,
                    response));
    outcome.complete("id");
    time.runDue();
    asked.out.callListener();
    assertThat(asked.exchange.status()).isEqualTo(409);
  }

  @Test
  void anOutcomeThatNeverComesIsUnknownWhenTheTimeIsOver() throws IOException {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    Asked asked = awaiting(outcome);
    asked.out.callListener();

    asked.exchange.timeOut();

    assertThat(asked.exchange.status()).isEqualTo(503);
    assertThat(asked.text()).contains("outcome is unknown");
    outcome.complete("too late");
    time.runDue();
    assertThat(asked.exchange.completions()).isEqualTo(1);
    assertThat(asked.out.violations()).isEmpty();
  }

  @Test
  void aClientThatIsGoneIsNotAnswered() throws IOException {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    Asked asked = awaiting(outcome);
    asked.out.callListener();
    asked.exchange.fail();

    outcome.complete("for nobody");
    time.runDue();

    assertThat(asked.out.written()).isEmpty();
    assertThat(asked.exchange.completions()).isEqualTo(1);
    assertThat(asked.out.violations()).isEmpty();
  }

  @Test
  void aRequestThatCannotBeAsynchronousIsAnsweredAllTheSame() {
    CompletableFuture<String> outcome = CompletableFuture.supplyAsync(() -> "id");
    Exchange exchange = new Exchange("GET", "/large", null);
    exchange.through(
        servlet(
            (request, response) -> exchanges.answerWith(outcome, Reply::text, request, response)));
    assertThat(exchange.text()).isEqualTo("id");
  }

  /** The container, the one who answers, and whoever ends it: each on a thread of its own. */
  @Test
  @Timeout(60)
  void isCompletedOnceAndTouchedNoMoreAmongThreads() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      for (int round = 0; round < 2000; round++) {
        liveAmongThreads(round, threads);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void liveAmongThreads(int seed, ExecutorService threads) throws Exception {
    FakeResponse out = new FakeResponse(new Random(seed), 40);
    AtomicInteger ended = new AtomicInteger();
    HeldAnswer held =
        exchanges.hold(
            new HeldAnswer.Owner() {
              @Override
              public void timedOut(HeldAnswer answer) {
                answer.answer(Reply.text("timed out"));
              }

              @Override
              public void ended() {
                ended.incrementAndGet();
              }
            });
    Asked asked =
        ask(out, (request, response) -> held.begin(request, response, Duration.ofMinutes(1)));
    boolean isEndedEarly = seed % 3 == 0;
    List<Future<?>> parts = new ArrayList<>();
    parts.add(
        threads.submit(
            () -> {
              while (asked.exchange.isOpen() && !out.isBroken()) {
                out.callListener();
              }
              return null;
            }));
    parts.add(threads.submit(() -> held.answer(Reply.json(200, "y".repeat(50_000)))));
    if (isEndedEarly) {
      parts.add(
          threads.submit(
              () -> {
                for (int i = ThreadLocalRandom.current().nextInt(2000); i > 0; i--) {
                  Thread.onSpinWait();
                }
                out.breakOff();
                held.onError(new IOException("reset"));
                asked.exchange.fail();
                return null;
              }));
    }
    for (Future<?> part : parts) {
      part.get(30, TimeUnit.SECONDS);
    }
    failed.completeOld();
    failed.completeOld();

    assertThat(asked.exchange.completions()).as("round " + seed).isEqualTo(1);
    assertThat(ended).hasValue(1);
    assertThat(out.violations()).isEmpty();
    assertThat(exchanges.answerBytes()).isZero();
    if (!isEndedEarly) {
      assertThat(out.written()).hasSize(50_000);
    }
  }
}
