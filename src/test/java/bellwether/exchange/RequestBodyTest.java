package bellwether.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import bellwether.fixtures.Exchange;
import bellwether.fixtures.TestExchanges;
import jakarta.json.JsonObject;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodyTest {
  private static final int MAX_BYTES = 1_000_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON",
        "application/json;",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\""
      })
  void takesJson(String contentType) throws IOException {
    assertThat(json(put("{\"a\":1}").with("Content-Type", contentType), 100)).containsKey("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "application/jsonx",
        "text/plain; application/json"
      })
  void refusesOtherTypes(String contentType) {
    HttpProblem problem = problem(put("{}").with("Content-Type", contentType), MAX_BYTES);

    assertThat(problem.status()).isEqualTo(415);
    assertThat(problem.headers()).containsEntry("Accept", "application/json");
  }

  @Test
  void refusesABodyWithoutAType() {
    Exchange untyped = new Exchange("PUT", "/api", null).body("{}".getBytes(UTF_8));

    assertThat(problem(untyped, MAX_BYTES).status()).isEqualTo(415);
  }

  /** The one as Tomcat says it, the other as Jetty does. */
  @Test
  void aBodyThatDoesNotArriveInTimeIsNotOurFault() {
    for (IOException failure :
        List.of(
            new SocketTimeoutException(), new IOException(new TimeoutException("Idle timeout")))) {
      HttpServletRequest slow =
          new HttpServletRequestWrapper(put("{}").request()) {
            @Override
            public ServletInputStream getInputStream() throws IOException {
              throw failure;
            }
          };
      HttpProblem problem =
          catchThrowableOfType(HttpProblem.class, () -> json(slow, MAX_BYTES));
      assertThat(problem.status()).isEqualTo(408);
    }
  }

  @Test
  void refusesABodyThatIsTooLarge() throws IOException {
    assertThat(json(put("{\"a\": 1}"), 8)).containsKey("a");
    assertThat(json(put("{\"a\": 1}").chunked(), 8)).containsKey("a");

    assertThat(problem(put("{\"a\": 1}"), 7).status()).isEqualTo(413);
    assertThat(problem(put("{\"a\": 1}").chunked(), 7).status()).isEqualTo(413);
  }

  @Test
  void refusesMalformedUtf8() {
    HttpProblem problem = problem(put("").body("{\"a\":\"é\"}".getBytes(ISO_8859_1)), MAX_BYTES);

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.detail()).isEqualTo("the body is not well-formed UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                     | the body is not valid JSON",
        "x                      | the body is not valid JSON",
        "{'a':1                 | the body is not valid JSON",
        "{'a':1,}               | the body is not valid JSON",
        "{'a':01}               | the body is not valid JSON",
        "{'a':NaN}              | the body is not valid JSON",
        "[]                     | the body is not a JSON object",
        "1                      | the body is not a JSON object",
        "null                   | the body is not a JSON object",
        "{} {}                  | the body is not valid JSON",
        "{}x                    | the body is not valid JSON",
        "{'a':1}]               | the body is not valid JSON",
        "{'a':1,'b':2,'a':1}    | field a is given twice",
        "{'a':1,'\\u0061':1}    | field a is given twice",
        "{'a':1e99999999999}    | the body is not acceptable JSON",
      })
  void refusesWhatIsNotOneJsonObject(String body, String detail) {
    HttpProblem problem = problem(put(body.replace('\'', '"')), MAX_BYTES);

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.detail()).startsWith(detail);
  }

  @Test
  void survivesDeepNesting() {
    String arrays = "{\"a\":" + "[".repeat(100_000);
    String objects = "{\"a\":".repeat(100_000);

    assertThat(problem(put("{\"a\":".repeat(501)), MAX_BYTES).detail())
        .isEqualTo("JSON nested deeper than 500");
    assertThat(problem(put(arrays), MAX_BYTES).status()).isEqualTo(400);
    assertThat(problem(put(objects), MAX_BYTES).status()).isEqualTo(400);
    assertThat(problem(put("[".repeat(100_000)), MAX_BYTES).status()).isEqualTo(400);
    assertThat(problem(put(arrays + "]".repeat(100_000) + "}"), MAX_BYTES).status()).isEqualTo(400);
  }

  @Test
  void survivesEndlessNumbers() {
    assertThat(problem(put("{\"a\":" + "9".repeat(900_000) + "}"), MAX_BYTES).status())
        .isEqualTo(400);
  }

  private static Exchange put(String body) {
    return new Exchange("PUT", "/api", null).json(body);
  }

  private static HttpProblem problem(Exchange exchange, int maxBytes) {
    return catchThrowableOfType(
        HttpProblem.class, () -> json(exchange, maxBytes));
  }

  private static JsonObject json(Exchange exchange, int maxBytes) throws IOException {
    return json(exchange.request(), maxBytes);
  }

  private static JsonObject json(HttpServletRequest request, int maxBytes) throws IOException {
    AtomicReference<@Nullable JsonObject> read = new AtomicReference<>();
    RequestBody.requireJson(request);
    TestExchanges.of(maxBytes)
        .withBody(request, unanswered(), body -> read.set(body.json()));
    return Objects.requireNonNull(read.get());
  }

  private static HttpServletResponse unanswered() {
    return (HttpServletResponse)
        Proxy.newProxyInstance(
            RequestBodyTest.class.getClassLoader(),
            new Class<?>[] {HttpServletResponse.class},
            (self, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            });
  }
}
