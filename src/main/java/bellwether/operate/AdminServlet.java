package bellwether.operate;

import bellwether.access.Gate;
import bellwether.config.Durations;
import bellwether.config.Settings;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.Exchanges;
import bellwether.exchange.FieldNames;
import bellwether.exchange.Form;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.exchange.Query;
import bellwether.exchange.RequestBody;
import bellwether.stream.Drain;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObjectBuilder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The servlet of {@code /admin/drain}, for operators: POST drains the server, DELETE cancels the
 * drain, GET returns its state.
 */
public final class AdminServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final FieldNames FIELDS = FieldNames.of("delay", "window");
  private static final int MAX_BODY = 4096;
  private static final Duration MAX_DELAY = Duration.ofMinutes(5); // the request waits that long
  private static final Duration MAX_WINDOW = Duration.ofHours(1);

  private final transient Gate gate;
  private final transient Drain drain;
  private final transient Exchanges exchanges;

  public AdminServlet(Gate gate, Drain drain, Exchanges exchanges) {
    this.gate = gate;
    this.drain = drain;
    this.exchanges = exchanges.upTo(MAX_BODY);
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    return "GET, HEAD, POST, DELETE, OPTIONS";
  }

  @Override
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    admit(request);
    answer(request, response, json.createObjectBuilder());
  }

  @Override
  protected void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    admit(request);
    FIELDS.requireInQuery(request);
    RequestBody.requireFormIfAny(request);
    exchanges.withBody(
        request, response, body -> drain(body.optionalForm(request), request, response));
  }

  private void drain(Form body, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Input.check(() -> FIELDS.require(body));
    Settings.Drain usual = drain.usual();
    Settings.Drain times =
        new Settings.Drain(
            duration(request, body, "delay", MAX_DELAY, usual.delay()),
            duration(request, body, "window", MAX_WINDOW, usual.window()));
    Drain.Outcome outcome =
        drain
            .drain(times)
            .orElseThrow(
                () -> new HttpProblem(409, "the drain was cancelled before it ended a stream"));
    answer(
        request,
        response,
        json.createObjectBuilder()
            .add("told", outcome.told())
            .add("cut", outcome.cut())
            .add("millis", outcome.took().toMillis()));
  }

  @Override
  protected void delete(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    admit(request);
    if (!drain.takeBack()) {
      throw new HttpProblem(409, "the application is stopping, so the drain cannot be cancelled");
    }
    answer(request, response, json.createObjectBuilder());
  }

  private void admit(HttpServletRequest request) {
    gate.requireOperator(request);
    if (!"/drain".equals(request.getPathInfo())) {
      throw HttpProblem.nothingHere();
    }
  }

  private void answer(
      HttpServletRequest request, HttpServletResponse response, JsonObjectBuilder details)
      throws IOException {
    String text =
        json.createObjectBuilder()
            .add("state", drain.state().name().toLowerCase(Locale.ROOT))
            .add("open", drain.open())
            .addAll(details)
            .build()
            .toString();
    exchanges.json(request, response, HttpServletResponse.SC_OK, text);
  }

  /** Returns a duration given in the query, or else in the form, or else the default. */
  private static Duration duration(
      HttpServletRequest request, Form body, String name, Duration most, Duration ifAbsent) {
    String ofQuery = Query.one(request, name);
    Optional<String> ofBody = Input.valid(() -> Optional.ofNullable(body.one(name)));
    String text = ofQuery == null ? ofBody.orElse(null) : ofQuery;
    if (text == null) {
      return ifAbsent;
    }
    Duration duration = Durations.parse(text);
    if (duration == null || duration.compareTo(most) > 0) {
      throw new HttpProblem(
          400, name + " must be " + Durations.EXAMPLES + ", up to " + most.toMinutes() + "m");
    }
    return duration;
  }
}
