package bellwether.auth;

import static bellwether.auth.TokenText.SECRET;
import static bellwether.auth.TokenText.signed;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import bellwether.fixtures.LogLines;
import bellwether.fixtures.TestKeys;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With a real server, on this machine. */
class RemoteKeysTest {
  private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");
  private static final KeyPair FIRST = TestKeys.ec("secp256r1");
  private static final KeyPair SECOND = TestKeys.ec("secp256r1");
  private static final Duration MUCH = Duration.ofSeconds(30);
  private static final Duration LITTLE = Duration.ofMillis(500);

  private final AtomicInteger requests = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch over = new CountDownLatch(1);

  private HttpServer server;
  private volatile HttpHandler answer = exchange -> send(exchange, 200, set("1", FIRST));
  private long nanos = Duration.ofHours(-1).toNanos(); // as it may be
  private final RemoteKeys keys;
  private final JwtTokens tokens;

  RemoteKeysTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    keys = new RemoteKeys(url(), Algorithms.ALL, MUCH, () -> nanos);
    tokens =
        new JwtTokens(
            keys, TokenRules.of(null, null, Set.of()), none -> false, InstantSource.fixed(NOW));
  }

  @BeforeEach
  void start() {
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          answer.handle(exchange);
        });
    server.start();
  }

  @AfterEach
  void stop() {
    over.countDown();
    keys.close();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void theirTokensAreTakenOnceTheKeysHaveBeenRead() throws Exception {
    assertThatThrownBy(() -> tokens.verify(token("1", FIRST)))
        .hasMessageContaining("signed with a key or an algorithm unknown here");
    keys.refreshIfDue();
    assertThat(tokens.verify(token("1", FIRST)).isPublisher()).isTrue();
    assertThat(tokens.verify(token(null, FIRST)).isPublisher()).isTrue();
    assertThatThrownBy(() -> tokens.verify(token("1", SECOND)))
        .hasMessage("its signature is wrong");
  }

  @Test
  void aNewKeyIsFetchedInTheBackgroundWhenATokenIsSignedWithIt() throws Exception {
    keys.refreshIfDue();
    answer = exchange -> send(exchange, 200, set("1", FIRST, "2", SECOND));
    pass(RemoteKeys.MIN_INTERVAL);
    keys.refreshIfDue(); // nobody has asked for another
    assertThat(requests).hasValue(1);

    assertThatThrownBy(() -> tokens.verify(token("2", SECOND))).hasMessageContaining("unknown");
    assertThat(requests).hasValue(1); // nothing is fetched on the thread of a request
    keys.refreshIfDue();
    assertThat(requests).hasValue(2);
    assertThat(tokens.verify(token("2", SECOND)).isPublisher()).isTrue();
    assertThat(tokens.verify(token("1", FIRST)).isPublisher()).isTrue();
  }

  @Test
  void whoMayBeKnownSoonIsRefusedForTheMomentOnly() {
    String token = token("2", SECOND);
    assertThat(refusalOf(token).isTemporary()).isTrue(); // nothing has been read yet
    keys.refreshIfDue();
    assertThat(refusalOf(token).isTemporary()).isFalse(); // it was not there just now
    pass(RemoteKeys.MIN_INTERVAL);
    assertThat(refusalOf(token).isTemporary()).isTrue(); // by now it may be
    answer = exchange -> send(exchange, 500, "");
    keys.refreshIfDue();
    assertThat(refusalOf(token).isTemporary()).isTrue(); // nobody knows
    answer = exchange -> send(exchange, 200, set("1", FIRST));
    pass(RemoteKeys.MIN_INTERVAL);
    keys.refreshIfDue();
    assertThat(refusalOf(token).isTemporary()).isFalse();
    assertThat(refusalOf(token("1", SECOND)).isTemporary()).isFalse(); // a wrong signature
  }

  private InvalidTokenException refusalOf(String token) {
    return catchThrowableOfType(InvalidTokenException.class, () -> tokens.verify(token));
  }

  @Test
  void tokensThatNameNoKeyOfTheirsCauseNoMoreRequestsThanOneInAWhile() {
    keys.refreshIfDue();
    for (int i = 0; i < 60; i++) {
      String forged = token("forged-" + i, SECOND);
      assertThatThrownBy(() -> tokens.verify(forged)).hasMessageContaining("unknown");
      keys.refreshIfDue();
      pass(Duration.ofSeconds(1));
    }
    assertThat(requests).hasValue(1 + 60 / (int) RemoteKeys.MIN_INTERVAL.toSeconds() - 1);
  }

  @Test
  void aKeyThatIsNoLongerThereIsNoLongerTrusted() throws Exception {
    keys.refreshIfDue();
    String old = token("1", FIRST);
    assertThat(tokens.verify(old).isPublisher()).isTrue();
    answer = exchange -> send(exchange, 200, set("2", SECOND));
    pass(RemoteKeys.INTERVAL);
    keys.refreshIfDue();
    assertThatThrownBy(() -> tokens.verify(old)).hasMessageContaining("unknown");
  }

  @Test
  void theSameKeysAreTheSameRing() {
    keys.refreshIfDue();
    KeyRing ring = keys.current();
    pass(RemoteKeys.INTERVAL);
    keys.refreshIfDue();
    assertThat(requests).hasValue(2);
    assertThat(keys.current()).isSameAs(ring);
  }

  @Test
  void whileNothingOfUseComesTheLastKeysStayAndItIsTriedAgain() {
    keys.refreshIfDue();
    KeyRing ring = keys.current();
    List<HttpHandler> failures =
        List.of(
            exchange -> send(exchange, 500, "out of order"),
            exchange -> send(exchange, 200, "<html>"),
            exchange -> send(exchange, 200, "{\"keys\":[]}"),
            exchange -> send(exchange, 200, "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}"),
            exchange -> send(exchange, 200, set("2", SECOND) + " ".repeat(KeySetRequest.MAX_BYTES)),
            RemoteKeysTest::sendElsewhere,
            HttpExchange::close);
    try (LogLines lines = new LogLines(RemoteKeys.class)) {
      pass(RemoteKeys.INTERVAL);
      for (HttpHandler failure : failures) {
        answer = failure;
        int before = requests.get();
        keys.refreshIfDue();
        assertThat(requests.get()).isGreaterThan(before); // the client itself may try again once
        assertThat(keys.current()).isSameAs(ring);
        pass(RemoteKeys.MIN_INTERVAL);
      }
      answer = exchange -> send(exchange, 200, set("1", FIRST));
      keys.refreshIfDue();
      assertThat(lines.lines())
          .containsExactly(
              "WARNING "
                  + url()
                  + ": the answer was 500; the keys stay as they were, and it is tried again",
              "INFO " + url() + " can be read again");
    }
  }

  /** Where there are keys, but another's. */
  private static void sendElsewhere(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().equals("/elsewhere")) {
      send(exchange, 200, set("2", SECOND));
    } else {
      exchange.getResponseHeaders().add("Location", "/elsewhere");
      send(exchange, 302, "");
    }
  }

  @Test
  void aSecretInTheirSetIsNoKey() {
    String secret = TokenText.base64(SECRET.getBytes(US_ASCII));
    answer =
        exchange ->
            send(
                exchange,
                200,
                set("1", FIRST).replace("[", "[{\"kty\":\"oct\",\"k\":\"" + secret + "\"},"));
    keys.refreshIfDue();
    assertThatThrownBy(() -> tokens.verify(signed("{}"))).hasMessageContaining("unknown");
  }

  @Test
  void whoIsAwayAtFirstIsTriedAgain() throws Exception {
    int port = server.getAddress().getPort();
    server.stop(0);
    try (LogLines lines = new LogLines(RemoteKeys.class)) {
      keys.refreshIfDue();
      assertThat(lines.lines()).singleElement().asString().contains("refused");
    }
    assertThat(keys.current()).isSameAs(KeyRing.EMPTY);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    start();
    keys.refreshIfDue();
    assertThat(requests).hasValue(0);
    pass(RemoteKeys.MIN_INTERVAL);
    keys.refreshIfDue();
    assertThat(tokens.verify(token("1", FIRST)).isPublisher()).isTrue();
  }

  @Test
  void anAnswerThatDoesNotComeIsNotWaitedFor() {
    answer = exchange -> awaitEnd();
    assertTooSlow(url());
  }

  @Test
  void anAnswerThatDripsIsNotWaitedForEither() {
    answer =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          drip(exchange.getResponseBody());
        };
    assertTooSlow(url());
  }

  @Test
  void norIsOneOfWhichTheHeadersDrip() throws IOException {
    try (ServerSocket slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      threads.execute(
          () -> {
            try (Socket socket = slow.accept()) {
              socket.getOutputStream().write("HTTP/1.1 200 OK\r\nX-Slow: ".getBytes(US_ASCII));
              drip(socket.getOutputStream());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      assertTooSlow(URI.create("http://127.0.0.1:" + slow.getLocalPort()));
    }
  }

  private void assertTooSlow(URI url) {
    RemoteKeys impatient = new RemoteKeys(url, Algorithms.ALL, LITTLE, () -> nanos);
    long start = System.nanoTime();
    try (LogLines lines = new LogLines(RemoteKeys.class)) {
      impatient.refreshIfDue();
      assertThat(lines.lines()).singleElement().asString().contains("it takes longer than PT0.5S");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(LITTLE);
    assertThat(impatient.current()).isSameAs(KeyRing.EMPTY);
  }

  private void drip(OutputStream out) {
    try (out) {
      for (int i = 0; i < 1000 && !over.await(20, TimeUnit.MILLISECONDS); i++) {
        out.write(' ');
        out.flush();
      }
    } catch (IOException e) {
      // The client has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void closingEndsWhatIsUnderWay() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    answer =
        exchange -> {
          asked.countDown();
          awaitEnd();
        };
    RemoteKeys patient = new RemoteKeys(url(), Algorithms.ALL, Duration.ofHours(1), () -> nanos);
    Thread refreshing = new Thread(patient::refreshIfDue);
    refreshing.start();
    asked.await();
    patient.close();
    refreshing.join(Duration.ofSeconds(20).toMillis());
    assertThat(refreshing.isAlive()).isFalse();
    pass(RemoteKeys.INTERVAL);
    int before = requests.get();
    patient.refreshIfDue();
    assertThat(requests).hasValue(before);
  }

  private void awaitEnd() {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks.json");
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(US_ASCII);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  /**
   * @param idsAndPairs in turn
   */
  private static String set(Object... idsAndPairs) {
    StringBuilder set = new StringBuilder("{\"keys\":[");
    for (int i = 0; i < idsAndPairs.length; i += 2) {
      set.append(i == 0 ? "" : ",")
          .append(
              jwk((String) idsAndPairs[i], (KeyPair) idsAndPairs[i + 1])
                  .toPublicJWK()
                  .toJSONString());
    }
    return set + "]}";
  }

  private static ECKey jwk(@Nullable String id, KeyPair pair) {
    return new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic())
        .privateKey(pair.getPrivate())
        .keyID(id)
        .build();
  }

  private static String token(@Nullable String id, KeyPair pair) {
    return TokenIssuer.with(jwk(id, pair).toJSONString(), Algorithms.ALL)
        .issue(
            new NewToken(
                List.of("*"),
                List.of(),
                null,
                null,
                null,
                null,
                NOW,
                NOW.plusSeconds(60),
                true,
                true));
  }
}
