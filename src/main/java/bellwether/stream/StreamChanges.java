package bellwether.stream;

import bellwether.auth.Grant;
import bellwether.exchange.FieldNames;
import bellwether.exchange.Form;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.hub.Hub;
import bellwether.topic.TopicSelector;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Changes of this server's open streams, as their clients ask for them. Any thread. */
public final class StreamChanges {
  static final FieldNames FIELDS = FieldNames.ofTopicAnd("interval");

  private final Hub hub;
  private final ConnectionRegistry registry;
  private final StreamRights rights;
  private final Supplier<Duration> retryOfRefused;

  StreamChanges(
      Hub hub,
      ConnectionRegistry registry,
      StreamRights rights,
      Supplier<Duration> retryOfRefused) {
    this.hub = hub;
    this.registry = registry;
    this.rights = rights;
    this.retryOfRefused = retryOfRefused;
  }

  /** Returns the stream of this key; null if it is not open here. */
  @Nullable StreamConnection find(StreamKey key) {
    return registry.find(key);
  }

  static HttpProblem noSuchStream() {
    return new HttpProblem(404, "no such stream is open here");
  }

  /**
   * Returns whether the stream may be changed by who shows this. A token of another user must not;
   * otherwise anyone who learns of a stream's URL could make the stream last longer, or read more.
   */
  static boolean isAllowed(StreamConnection stream, Grant shown) {
    Grant before = stream.terms().grant();
    return shown.token() == null
        || before.token() == null
        || Objects.equals(subjectOf(before), subjectOf(shown));
  }

  private static @Nullable String subjectOf(Grant grant) {
    return grant.token() == null ? null : grant.token().subject();
  }

  /**
   * Changes a stream.
   *
   * @param shown what the client has shown, by which it {@linkplain #isAllowed may} do that
   * @throws HttpProblem if the form is wrong, or there is no room for its topics
   */
  void change(StreamConnection stream, Grant shown, Form form) {
    Input.check(() -> FIELDS.require(form));
    TopicSelector topics =
        form.has("topic") ? Input.valid(() -> StreamRequest.topics(form.all("topic"))) : null;
    Duration interval =
        form.has("interval")
            ? Input.valid(() -> StreamRequest.interval(form.one("interval")))
            : null;
    Grant before = stream.terms().grant();
    boolean isStranger = before.isStranger() && shown.isStranger();
    if (topics != null && !hub.patterns().hasRoom(topics, isStranger)) {
      throw HttpProblem.busy(retryOfRefused.get());
    }
    boolean isRenewed = shown.token() != null;
    if (isRenewed) {
      rights.bind(stream, shown);
      var unused = rights.check(stream);
    }
    stream.change(new StreamChange(hub, topics, interval, isRenewed ? before : null));
  }

  /**
   * Changes a stream for a client that has asked another server.
   *
   * @param key from the stream's URL
   * @param form the change, as the body had it
   * @return what is wrong, if anything is
   */
  public Optional<HttpProblem> change(String key, String form, Grant shown) {
    StreamKey parsed = StreamKey.parse(key);
    StreamConnection stream = parsed == null ? null : find(parsed);
    if (stream == null) {
      return Optional.of(noSuchStream());
    }
    if (!isAllowed(stream, shown)) {
      return Optional.of(new HttpProblem(403, "the key or token does not allow this"));
    }
    try {
      change(stream, shown, Input.valid(() -> new Form(form)));
      return Optional.empty();
    } catch (HttpProblem problem) {
      return Optional.of(problem);
    }
  }
}
