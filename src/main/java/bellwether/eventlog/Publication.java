package bellwether.eventlog;

import bellwether.topic.Topic;
import bellwether.wire.PlainText;
import bellwether.wire.ServerSentEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A publisher's request to append an event. Every instance that a publisher makes is valid;
 * otherwise the constructor's {@link IllegalArgumentException} says what is wrong, in words fit for
 * the publisher. A log may hold publications of an earlier version that would be refused now: see
 * {@link #kept}.
 */
public final class Publication {
  private static final int MAX_ID_LENGTH = 1024;

  private final List<Topic> topics;
  private final boolean isPrivate;
  private final @Nullable String id;
  private final @Nullable String type;
  private final @Nullable Duration retry;
  private final String data;
  private final @Nullable String idempotencyKey;
  private final boolean isIdSent;

  /**
   * Creates a publication, and checks all of it.
   *
   * @param topics at least one; the first decides whether the event is retained
   * @param isPrivate whether only readers with a grant may read the event
   * @param id the publisher's own id, which readers see and may resume from; null to let the log
   *     give one. It must be text that every client sends back unchanged in a header: 1 to 1024
   *     characters from U+0020 to U+007E, of which neither the first nor the last is a space. It
   *     may not look like one of the log's own ids, nor be {@code earliest}
   * @param type the event's name; null for the default, {@code message}
   * @param retry the reconnection time to tell the client; null for none
   * @param data any text that UTF-8 can express
   * @param idempotencyKey the key of the event, so that publishing again with it adds no other
   *     event; null for none
   */
  public Publication(
      List<Topic> topics,
      boolean isPrivate,
      @Nullable String id,
      @Nullable String type,
      @Nullable Duration retry,
      String data,
      @Nullable String idempotencyKey) {
    this(topics, isPrivate, id, type, retry, data, idempotencyKey, true);
    if (topics.size() > Topic.MAX_AT_ONCE) {
      throw new IllegalArgumentException("more than " + Topic.MAX_AT_ONCE + " topics");
    }
    String wrong = id == null ? null : whatIsWrongWith(id);
    if (wrong != null) {
      throw new IllegalArgumentException(wrong);
    }
    requireLength("type", type);
    if (idempotencyKey != null) {
      PlainText.require("idempotency key", idempotencyKey, MAX_ID_LENGTH, "\n");
    }
  }

  private Publication(
      List<Topic> topics,
      boolean isPrivate,
      @Nullable String id,
      @Nullable String type,
      @Nullable Duration retry,
      String data,
      @Nullable String idempotencyKey,
      boolean isIdSent) {
    if (topics.isEmpty()) {
      throw new IllegalArgumentException("topic is missing");
    }
    ServerSentEvent.requireWritable(null, type, data, retry);
    PlainText.requireWellFormed("data", data);
    this.topics = List.copyOf(topics);
    this.isPrivate = isPrivate;
    this.id = id;
    this.type = type;
    this.retry = retry;
    this.data = data;
    this.idempotencyKey = idempotencyKey;
    this.isIdSent = isIdSent;
  }

  /**
   * Creates a publication from a log's entry. It is refused only if it could not be sent at all. An
   * id that is no longer accepted stays, so that a client that has it can resume; but the event is
   * sent under the log's own id.
   *
   * @throws IllegalArgumentException if it cannot be sent
   */
  public static Publication kept(
      List<Topic> topics,
      boolean isPrivate,
      @Nullable String id,
      @Nullable String type,
      @Nullable Duration retry,
      String data,
      @Nullable String idempotencyKey) {
    boolean isIdSent = id != null && whatIsWrongWith(id) == null;
    return new Publication(topics, isPrivate, id, type, retry, data, idempotencyKey, isIdSent);
  }

  /** Returns a public event of the default type. */
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

  public List<Topic> topics() {
    return topics;
  }

  public boolean isPrivate() {
    return isPrivate;
  }

  /** Returns the publisher's own id, or null if it gave none. */
  public @Nullable String id() {
    return id;
  }

  /**
   * Returns the publisher's own id if readers see it, or null: they do not see one that is no
   * longer accepted.
   */
  public @Nullable String sentId() {
    return isIdSent ? id : null;
  }

  public @Nullable String type() {
    return type;
  }

  public @Nullable Duration retry() {
    return retry;
  }

  public String data() {
    return data;
  }

  /** Returns the data as UTF-8, which can express all of it; made anew each time. */
  public byte[] utf8() {
    return data.getBytes(StandardCharsets.UTF_8);
  }

  public @Nullable String idempotencyKey() {
    return idempotencyKey;
  }

  /** Returns whether clients send this text back unchanged as their {@code Last-Event-ID}. */
  public static boolean canComeBack(String id) {
    return id.length() <= MAX_ID_LENGTH && whatIsHiddenIn(id) == null;
  }

  /** Returns the event to send, with the publisher's own id or else the given one. */
  ServerSentEvent event(EventId given) {
    return new ServerSentEvent(publicId(given), type, data, retry);
  }

  String publicId(EventId given) {
    String own = sentId();
    return own != null ? own : given.toString();
  }

  private static @Nullable String whatIsWrongWith(String id) {
    if (id.isEmpty()) {
      return "id is empty";
    }
    if (id.length() > MAX_ID_LENGTH) {
      return "id is longer than " + MAX_ID_LENGTH + " characters";
    }
    if (EventId.parse(id) != null) {
      return "id has the shape of the server's own ids";
    }
    if (id.equals("earliest")) {
      return "id earliest means all that is kept";
    }
    return whatIsHiddenIn(id);
  }

  /**
   * Describes the characters of an id that browsers, proxies or client libraries would change or
   * refuse in a header field; null if there are none.
   */
  private static @Nullable String whatIsHiddenIn(String id) {
    if (id.chars().anyMatch(c -> c < ' ' || c > '~')) {
      return "id contains a character other than U+0020 to U+007E";
    }
    return id.startsWith(" ") || id.endsWith(" ") ? "id begins or ends with a space" : null;
  }

  private static void requireLength(String field, @Nullable String value) {
    if (value != null && PlainText.isLonger(value, MAX_ID_LENGTH)) {
      throw new IllegalArgumentException(
          field + " is longer than " + MAX_ID_LENGTH + " characters");
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Publication that
        && topics.equals(that.topics)
        && isPrivate == that.isPrivate
        && Objects.equals(id, that.id)
        && Objects.equals(type, that.type)
        && Objects.equals(retry, that.retry)
        && data.equals(that.data)
        && Objects.equals(idempotencyKey, that.idempotencyKey);
  }

  @Override
  public int hashCode() {
    return Objects.hash(topics, isPrivate, id, type, retry, data, idempotencyKey);
  }

  @Override
  public String toString() {
    return "Publication[topics=%s, isPrivate=%s, id=%s, type=%s, retry=%s, data=%s, key=%s]"
        .formatted(topics, isPrivate, id, type, retry, data, idempotencyKey);
  }
}
