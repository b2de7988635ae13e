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
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The servlet of {@code /admin/drain} and {@code /admin/nodes}, for operators. POST drains the
 * server, or the node that {@code node} names; DELETE cancels the drain, GET returns its state. GET
 * of {@code nodes} returns the nodes that share the log.
 */
public final class AdminServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final FieldNames FIELDS = FieldNames.of("delay", "window", "node");
  private static final FieldNames NODE = FieldNames.of("node");
  private static final int MAX_BODY = 4096;
  private static final Duration MAX_DELAY = Duration.ofMinutes(5); // the request waits that long
  private static final Duration MAX_DELAY_ELSEWHERE = Duration.ofSeconds(30);
  private static final Duration MAX_WINDOW = Duration.ofHours(1);

  private final transient Gate gate;
  private final transient DrainRequests drain;
  private final transient OtherNodes nodes;
  private final transient Exchanges exchanges;

  public AdminServlet(Gate gate, DrainRequests drain, OtherNodes nodes, Exchanges exchanges) {
    this.gate = gate;
    this.drain = drain;
    this.nodes = nodes;
    this.exchanges = exchanges.upTo(MAX_BODY);
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    return "/nodes".equals(request.getPathInfo())
        ? "GET, HEAD, OPTIONS"
        : "GET, HEAD, POST, DELETE, OPTIONS";
  }

  @Override
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    gate.requireOperator(request);
    switch (String.valueOf(request.getPathInfo())) {
      case "/nodes" -> exchanges.json(request, response, HttpServletResponse.SC_OK, nodesAsJson());
      case "/drain" -> {
        NODE.requireInQuery(request);
        carryOut("GET", Query.one(request, "node"), drain.usual(), request, response);
      }
      default -> throw HttpProblem.nothingHere();
    }
  }

  private String nodesAsJson() {
    JsonArrayBuilder all = json.createArrayBuilder();
    for (OtherNodes.Node node : nodes.all()) {
      all.add(
          json.createObjectBuilder()
              .add("name", node.name())
              .add("since", node.since().toString())
              .add("self", node.isSelf()));
    }
    return json.createObjectBuilder().add("nodes", all).build().toString();
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
    carryOut("POST", text(request, body, "node"), times, request, response);
  }

  @Override
  protected void delete(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    admit(request);
    NODE.requireInQuery(request);
    carryOut("DELETE", Query.one(request, "node"), drain.usual(), request, response);
  }

  private void admit(HttpServletRequest request) {
    gate.requireOperator(request);
    if (!"/drain".equals(request.getPathInfo())) {
      throw HttpProblem.nothingHere();
    }
  }

  /**
   * Does it here, or has another node do it.
   *
   * @param name of the node; null for this one
   */
  private void carryOut(
      String method,
      @Nullable String name,
      Settings.Drain times,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    if (name == null || isSelf(name)) {
      exchanges.answer(request, response, drain.carryOut(method, times));
    } else {
      if (times.delay().compareTo(MAX_DELAY_ELSEWHERE) > 0) {
        throw new HttpProblem(
            400,
            "delay must be up to "
                + MAX_DELAY_ELSEWHERE.toSeconds()
                + "s for another node; or ask that node itself");
      }
      exchanges.answerWith(nodes.drain(name, method, times), reply -> reply, request, response);
    }
  }

  /** Returns whether a name is that of this node alone. */
  private boolean isSelf(String name) {
    List<OtherNodes.Node> named =
        nodes.all().stream().filter(node -> node.name().equals(name)).toList();
    if (named.size() > 1) {
      throw new HttpProblem(409, "several nodes have this name: see bellwether.node");
    }
    if (named.isEmpty()) {
      throw new HttpProblem(404, "there is no such node; GET /admin/nodes has all");
    }
    return named.get(0).isSelf();
  }

  /** Returns a text given in the query, or else in the form, or else null. */
  private static @Nullable String text(HttpServletRequest request, Form body, String name) {
    String ofQuery = Query.one(request, name);
    Optional<String> ofBody = Input.valid(() -> Optional.ofNullable(body.one(name)));
    return ofQuery == null ? ofBody.orElse(null) : ofQuery;
  }

  /** Returns a duration given in the query, or else in the form, or else the default. */
  private static Duration duration(
      HttpServletRequest request, Form body, String name, Duration most, Duration ifAbsent) {
    String text = text(request, body, name);
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
