package bellwether.demo;

import bellwether.exchange.ApiServlet;
import bellwether.exchange.Exchanges;
import bellwether.exchange.Form;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.exchange.Query;
import bellwether.exchange.Reply;
import bellwether.exchange.RequestBody;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a background task of the demo, one at a time: POST starts it with a form, DELETE ends it,
 * GET returns its figures. Of several servers that share the log, one runs it, and all of them
 * answer with the figures of the task that runs, or ran last.
 */
abstract class DemoRunServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final int MAX_BODY = 4096;
  private static final String END = "end";

  private static final Comparator<Figures> LATEST =
      Comparator.comparing(Figures::isRunning).thenComparing(Figures::began);

  /**
   * The figures of one server's last task.
   *
   * @param began when it began; the epoch before the first
   */
  private record Figures(boolean isRunning, Instant began, String text) {
    static Figures parse(JsonObject figures) {
      return new Figures(
          figures.getBoolean("running"),
          Instant.parse(figures.getString("began")),
          figures.getString("text"));
    }

    JsonObject toJson() {
      return json.createObjectBuilder()
          .add("running", isRunning)
          .add("began", began.toString())
          .add("text", text)
          .build();
    }
  }

  private final String name;
  private final transient OtherDemos others;
  private final transient InstantSource clock;
  private final transient Exchanges exchanges;

  // Guarded by this.
  private transient @Nullable DemoRun run;
  private transient Instant began = Instant.EPOCH;
  private transient boolean isDestroyed;

  /**
   * @param name of the task, among servers
   */
  DemoRunServlet(String name, OtherDemos others, InstantSource clock, Exchanges exchanges) {
    this.name = name;
    this.others = others;
    this.clock = clock;
    this.exchanges = exchanges.upTo(MAX_BODY).forReaders();
  }

  /** Also answers other servers from now on. */
  public final void answerOthers() {
    others.answer(
        name,
        asked -> {
          if (asked.getBoolean(END)) {
            end();
          }
          return figures().toJson();
        });
  }

  /**
   * Starts the task.
   *
   * @param events the URL of this server's streams
   * @throws HttpProblem if the form is not valid
   */
  abstract DemoRun begin(URI events, Form form);

  /** Returns the JSON to answer with before the first task. */
  abstract String none();

  @Override
  protected final String allowed(HttpServletRequest request) {
    return "GET, HEAD, POST, DELETE, OPTIONS";
  }

  @Override
  protected final void get(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    answer(ask(false), request, response);
  }

  @Override
  protected final void post(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    RequestBody.requireForm(request);
    exchanges.withBody(
        request,
        response,
        body -> {
          Form form = body.form();
          if (request.isSecure()) {
            throw new HttpProblem(409, "this works over plain HTTP only");
          }
          URI events = eventsOf(request); // the request is not used once the answer is awaited
          exchanges.answerWith(
              ask(false), latest -> reply(start(latest, events, form)), request, response);
        });
  }

  @Override
  protected final void delete(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    end();
    answer(ask(true), request, response);
  }

  @Override
  public synchronized void destroy() {
    isDestroyed = true;
    end();
  }

  /** Returns the value of a field that must be a whole number within these bounds. */
  static int number(Form form, String name, int least, int most) {
    String text = Input.valid(() -> form.has(name) ? String.valueOf(form.one(name)) : "");
    return Query.whole(name, text, least, most);
  }

  /** Returns the figures of the task that runs, or ran last, on any server. */
  private CompletableFuture<Figures> ask(boolean isToEnd) {
    Figures here = figures();
    if (here.isRunning()) { // then there is no other
      return CompletableFuture.completedFuture(here);
    }
    return others
        .ask(name, json.createObjectBuilder().add(END, isToEnd).build())
        .thenApply(
            there ->
                Stream.concat(Stream.of(here), there.stream().map(Figures::parse))
                    .max(LATEST)
                    .orElse(here));
  }

  private synchronized Figures start(Figures latest, URI events, Form form) {
    if (isDestroyed) { // while the others were asked
      throw new HttpProblem(503, "the server stops");
    }
    if (latest.isRunning() || figures().isRunning()) {
      throw new HttpProblem(409, "one is running already; DELETE ends it");
    }
    run = begin(events, form);
    began = clock.instant();
    return figures();
  }

  private synchronized void end() {
    if (run != null) {
      run.close();
    }
  }

  private synchronized Figures figures() {
    return run == null
        ? new Figures(false, began, none())
        : new Figures(run.isRunning(), began, run.toJson());
  }

  private static Reply reply(Figures figures) {
    return Reply.json(200, figures.text());
  }

  private void answer(
      CompletableFuture<Figures> figures, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    exchanges.answerWith(figures, DemoRunServlet::reply, request, response);
  }

  /**
   * Returns the URL of this server's streams, at the address on which the request arrived, so that
   * no proxy is between.
   */
  private static URI eventsOf(HttpServletRequest request) {
    try {
      return new URI(
          "http",
          null,
          request.getLocalAddr(),
          request.getLocalPort(),
          request.getContextPath() + "/events",
          null,
          null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
