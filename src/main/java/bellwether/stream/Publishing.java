package bellwether.stream;

import bellwether.access.ClientLimits;
import bellwether.access.Gate;
import bellwether.access.IdempotencyKey;
import bellwether.auth.Grant;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Publication;
import bellwether.exchange.Exchanges;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.exchange.Reply;
import bellwether.hub.ControlFrame;
import bellwether.hub.Hub;
import bellwether.topic.Topic;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Publishes clients' events to the hub, if they are allowed to publish them. */
public final class Publishing {
  /** The type of the events that only the hub itself publishes, in the Mercure protocol. */

  /** The keys of the feeds: a client that chose one would have its event taken for theirs. */
  private static final Pattern FEEDS_KEY = Pattern.compile("(notification|read):\\d+:-?\\d+");

  private final Hub hub;
  private final Predicate<Topic> builtIn;
  private final Predicate<Topic> reserved;
  private final ClientLimits limits;
  private final Exchanges exchanges;
  private final int mostTopics;

  /**
   * Creates an object that refuses these topics to clients.
   *
   * @param builtIn topics that only the server itself publishes to
   * @param reserved topics of the hub's own namespace (Mercure)
   * @param mostTopics of one event
   */
  public Publishing(
      Hub hub,
      Predicate<Topic> builtIn,
      Predicate<Topic> reserved,
      ClientLimits limits,
      int mostTopics,
      Exchanges exchanges) {
    this.hub = hub;
    this.builtIn = builtIn;
    this.reserved = reserved;
    this.limits = limits;
    this.mostTopics = mostTopics;
    this.exchanges = exchanges;
  }

  /** Publishes one event as {@link #publish} does, and answers with its id. */
  public void publishOne(
      Grant grant,
      Publication publication,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    publish(grant, List.of(publication), ids -> Reply.text(ids.get(0)), request, response);
  }

  /**
   * Publishes all events, or none. The answer is given when the log has them, perhaps after this
   * has returned.
   *
   * @param reply makes the answer of the events' ids
   * @throws HttpProblem if one is not allowed, or not valid, or the client's limit is exceeded
   */
  public void publish(
      Grant grant,
      List<Publication> publications,
      Function<List<String>, Reply> reply,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    publications.forEach(publication -> requireAllowed(request, grant, publication));
    limits.takePublishes(request, grant, publications.size());
    List<Publication> named = publications.stream().map(p -> withOwnKey(p, grant)).toList();
    exchanges.answerWith(
        Input.valid(() -> hub.submit(named)),
        entries -> reply.apply(idsOf(entries, grant)),
        request,
        response);
  }

  private static List<String> idsOf(List<LogEntry> entries, Grant grant) {
    for (LogEntry entry : entries) {
      if (!grant.mayPublish(entry.publication().topics())) { // and must not get its id
        throw new HttpProblem(409, "the idempotency key is that of somebody else's event");
      }
    }
    return entries.stream().map(LogEntry::publicId).toList();
  }

  /**
   * Two users may choose the same key, and neither is to be given the other's event for it; nor is
   * a feed to be given a client's.
   */
  private static Publication withOwnKey(Publication publication, Grant grant) {
    String key = publication.idempotencyKey();
    String owner = IdempotencyKey.ownerOf(grant).orElse(null);
    if (key == null || (owner == null && !FEEDS_KEY.matcher(key).matches())) {
      return publication;
    }
    byte[] name = ((owner == null ? "" : owner) + '\n' + key).getBytes(StandardCharsets.UTF_8);
    return publication.withIdempotencyKey("of a user\n" + UUID.nameUUIDFromBytes(name));
  }

  private void requireAllowed(HttpServletRequest request, Grant grant, Publication publication) {
    List<Topic> topics = publication.topics();
    if (topics.size() > mostTopics) {
      throw new HttpProblem(413, "more than " + mostTopics + " topics");
    }
    for (Topic topic : topics) {
      if (reserved.test(topic)) {
        throw new HttpProblem(400, "Topic " + topic + " is in the namespace of the hub itself");
      }
    }
    if (ControlFrame.SUBSCRIPTION_TYPE.equals(publication.type())) {
      throw new HttpProblem(
          400, "type " + ControlFrame.SUBSCRIPTION_TYPE + " is reserved for the hub itself");
    }
    Gate.require(request, grant.mayPublish(topics));
    for (Topic topic : topics) {
      if (builtIn.test(topic)) {
        throw new HttpProblem(
            403, "Topic " + topic + " is published by the server itself, from what is stored");
      }
    }
  }
}
