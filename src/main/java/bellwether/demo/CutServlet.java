package bellwether.demo;

import bellwether.config.Durations;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.Exchanges;
import bellwether.exchange.FieldNames;
import bellwether.exchange.Form;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.exchange.Reply;
import bellwether.exchange.RequestBody;
import bellwether.observe.CloseReason;
import bellwether.stream.ConnectionRegistry;
import bellwether.stream.StreamConnection;
import bellwether.topic.Topic;
import bellwether.wire.EventStreamEncoder;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The servlet of {@code /demo/cut}: POST ends all streams that name one topic exactly, on all
 * servers that share the log, so that a page can watch itself reconnect. With {@code retry}, in
 * milliseconds or as {@code 5s}, it first sends them that reconnection time.
 */
public final class CutServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final String CUT = "demo-cut";
  private static final FieldNames FIELDS = FieldNames.ofTopicAnd("retry");
  private static final int MAX_BODY = 4096;
  private static final Duration MAX_RETRY = Duration.ofMinutes(10);

  private final transient ConnectionRegistry registry;
  private final transient OtherDemos others;
  private final transient Exchanges exchanges;

  public CutServlet(ConnectionRegistry registry, OtherDemos others, Exchanges exchanges) {
    this.registry = registry;
    this.others = others;
    this.exchanges = exchanges.upTo(MAX_BODY).forReaders();
  }

  /** Also answers other servers from now on. */
  public void answerOthers() {
    others.answer(CUT, this::cut);
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    return "POST, OPTIONS";
  }

  @Override
  protected void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    RequestBody.requireForm(request);
    exchanges.withBody(request, response, body -> cut(body.form(), request, response));
  }

  private void cut(Form form, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Input.check(() -> FIELDS.require(form));
    List<String> topics = form.all("topic");
    if (topics.size() != 1) {
      throw new HttpProblem(400, "topic must be given once");
    }
    Topic topic = Input.valid(() -> new Topic(topics.get(0)));
    Duration retry = form.has("retry") ? retry(form.all("retry")) : null;
    JsonObjectBuilder question = json.createObjectBuilder().add("topic", topic.name());
    if (retry != null) {
      question.add("retry", retry.toMillis());
    }
    int here = cut(topic, retry);
    exchanges.answerWith(
        others.ask(CUT, question.build()),
        there -> Reply.json(200, answer(here + there.stream().mapToInt(CutServlet::count).sum())),
        request,
        response);
  }

  private JsonObject cut(JsonObject asked) {
    JsonNumber millis = asked.getJsonNumber("retry");
    Duration retry = millis == null ? null : Duration.ofMillis(millis.longValueExact());
    int cut = cut(new Topic(asked.getString("topic")), retry);
    return json.createObjectBuilder().add("cut", cut).build();
  }

  private static int count(JsonObject answer) {
    return answer.getInt("cut");
  }

  private static String answer(int cut) {
    return "{\"cut\":" + cut + "}";
  }

  private int cut(Topic topic, @Nullable Duration retry) {
    byte[] lastWords =
        retry == null ? EventStreamEncoder.heartbeat() : EventStreamEncoder.opening(retry);
    AtomicInteger cut = new AtomicInteger();
    registry.forEach(
        held -> {
          if (!(held instanceof StreamConnection stream)) {
            return; // a poll ends soon by itself
          }
          Set<Topic> topics = stream.interest().topics().exactTopics();
          if (topics != null && topics.contains(topic)) {
            stream.end(lastWords, CloseReason.CUT);
            cut.incrementAndGet();
          }
        });
    return cut.get();
  }

  private static Duration retry(List<String> values) {
    String text = values.get(0);
    Duration retry =
        text.matches("[0-9]{1,6}")
            ? Duration.ofMillis(Long.parseLong(text))
            : Durations.parse(text);
    if (values.size() > 1 || retry == null || retry.compareTo(MAX_RETRY) > 0) {
      throw new HttpProblem(
          400, "retry must be given once: milliseconds, or " + Durations.EXAMPLES);
    }
    return retry;
  }
}
