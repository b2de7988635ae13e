package bellwether.stream;

import bellwether.access.ClientLimits;
import bellwether.access.Gate;
import bellwether.access.IdempotencyKey;
import bellwether.auth.Grant;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Publication;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.hub.Hub;
import bellwether.topic.Topic;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/** The way of what clients publish to the hub. */
public final class Publishing {
  /** The type of what the Mercure protocol has the hub say itself. */
  private static final String HUBS_TYPE = "mercure";

  private final Hub hub;
  private final Predicate<Topic> builtIn;
  private final Predicate<Topic> reserved;
  private final ClientLimits limits;
  private final int mostTopics;

  /**
   * Names what is closed to clients.
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
      int mostTopics) {
    this.hub = hub;
    this.builtIn = builtIn;
    this.reserved = reserved;
    this.limits = limits;
    this.mostTopics = mostTopics;
  }

  /**
   * Publishes all of them, or none.
   *
   * @return their ids
   * @throws HttpProblem if one is not allowed, or not valid, or it is too much
   */
  public List<String> publish(
      HttpServletRequest request, Grant grant, List<Publication> publications) {
    publications.forEach(publication -> requireAllowed(request, grant, publication));
    limits.takePublishes(request, grant, publications.size());
    List<Publication> named = publications.stream().map(p -> withOwnKey(p, grant)).toList();
    List<LogEntry> entries = Input.valid(() -> hub.publish(named));
    for (LogEntry entry : entries) {
      if (!grant.mayPublish(entry.publication().topics())) { // and so is not told its id
        throw new HttpProblem(409, "the idempotency key is that of somebody else's event");
      }
    }
    return entries.stream().map(LogEntry::publicId).toList();
  }

  /** Two users may choose the same key, and neither is to be given the other's event for it. */
  private static Publication withOwnKey(Publication publication, Grant grant) {
    String key = publication.idempotencyKey();
    String owner = IdempotencyKey.ownerOf(grant).orElse(null);
    if (key == null || owner == null) {
      return publication;
    }
    byte[] name = (owner + '\n' + key).getBytes(StandardCharsets.UTF_8);
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
    if (HUBS_TYPE.equals(publication.type())) {
      throw new HttpProblem(400, "type " + HUBS_TYPE + " is reserved for the hub itself");
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
