package bellwether.eventlog;

import bellwether.wire.PlainText;
import bellwether.wire.ServerSentEvent;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher asks to have appended. Every instance is valid; the constructor's {@link
 * IllegalArgumentException} says in words fit for the publisher what is not.
 *
 * @param topics at least one; the first decides whether the event is retained
 * @param isPrivate whether only readers with a grant may have it
 * @param id the publisher's own id, echoed to readers and good for resuming; null to let the log
 *     give one. May not look like one of the log's own, nor be {@code earliest}
 * @param type the event's name; null for the default, {@code message}
 * @param retry the reconnection time to tell the client; null for none
 * @param data any text that UTF-8 can say
 * @param idempotencyKey publishing again with the same key is the same event; null for none
 */
public record Publication(
    List<Topic> topics,
    boolean isPrivate,
    @Nullable String id,
    @Nullable String type,
    @Nullable Duration retry,
    String data,
    @Nullable String idempotencyKey) {

  /** Most topics one event may have. */
  public static final int MAX_TOPICS = 100;

  private static final int MAX_ID_LENGTH = 1024;

  public Publication {
    topics = List.copyOf(topics);
    if (topics.isEmpty()) {
      throw new IllegalArgumentException("topic is missing");
    }
    if (topics.size() > MAX_TOPICS) {
      throw new IllegalArgumentException("more than " + MAX_TOPICS + " topics");
    }
    if (id != null) {
      requireOwnId(id);
    }
    requireLength("type", type);
    if (idempotencyKey != null) {
      PlainText.require("idempotency key", idempotencyKey, MAX_ID_LENGTH, "\n");
    }
    PlainText.requireWellFormed("data", data);
    requireEvent(id, type, data, retry);
  }

  /** A public event of the default type. */
  public static Publication of(Topic topic, String data) {
    return new Publication(List.of(topic), false, null, null, null, data, null);
  }

  public Publication withType(String newType) {
    return new Publication(topics, isPrivate, id, newType, retry, data, idempotencyKey);
  }

  public Publication withIdempotencyKey(String key) {
    return new Publication(topics, isPrivate, id, type, retry, data, key);
  }

  public Publication privately() {
    return new Publication(topics, true, id, type, retry, data, idempotencyKey);
  }

  /** The event as it goes over the wire, with the publisher's own id or else the given one. */
  ServerSentEvent event(EventId given) {
    return new ServerSentEvent(publicId(given), type, data, retry);
  }

  String publicId(EventId given) {
    return id != null ? id : given.toString();
  }

  private static void requireOwnId(String id) {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("id is empty");
    }
    requireLength("id", id);
    if (EventId.parse(id) != null) {
      throw new IllegalArgumentException("id has the shape of the server's own ids");
    }
    if (id.equals("earliest")) {
      throw new IllegalArgumentException("id earliest means all that is kept");
    }
  }

  private static void requireLength(String field, @Nullable String value) {
    if (value != null && PlainText.isLonger(value, MAX_ID_LENGTH)) {
      throw new IllegalArgumentException(
          field + " is longer than " + MAX_ID_LENGTH + " characters");
    }
  }

  private static void requireEvent(
      @Nullable String id, @Nullable String type, String data, @Nullable Duration retry) {
    var unused = new ServerSentEvent(id, type, data, retry);
  }
}
