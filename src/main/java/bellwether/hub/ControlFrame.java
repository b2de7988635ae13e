package bellwether.hub;

import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.wire.EventStreamEncoder;
import bellwether.wire.ServerSentEvent;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The server's own events, of types that clients may not publish. */
public final class ControlFrame {
  private static final String GAP = "gap";

  /** The types that are refused to publishers. */
  public static final Set<String> RESERVED_TYPES =
      Set.of("cursor", GAP, "shutdown", "revoked", "open", "error");

  private static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());

  private ControlFrame() {}

  /**
   * Returns a cursor event, which moves the client's {@code Last-Event-ID}. It has data because an
   * id alone moves the cursor in Chromium but not in Firefox, and a type so that {@code onmessage}
   * does not fire.
   */
  static ServerSentEvent cursor(EventId position) {
    return cursor(position, Interest.NO_DATA);
  }

  /** Returns a cursor event with data: see {@link #cursor(EventId)}. */
  static ServerSentEvent cursor(EventId position, String data) {
    return new ServerSentEvent(position.toString(), "cursor", data, null);
  }

  /**
   * Returns a gap event, which says that events are lost.
   *
   * @param log asked for its oldest and newest positions
   * @param before the position just before the next event, and after the lost ones, so that the
   *     client is told once; null if a later event moves the client
   */
  static ServerSentEvent gap(EventLog log, @Nullable Long before, String requested, Reason why) {
    long newest = log.newest();
    EventId oldest = log.idAt(Math.min(log.oldest(), newest));
    String data =
        JSON.createObjectBuilder()
            .add("requested", requested)
            .add("oldest", oldest.toString())
            .add("newest", log.idAt(newest).toString())
            .add("reason", why.word)
            .build()
            .toString();
    String id = before == null ? null : log.idAt(before).toString();
    return new ServerSentEvent(id, GAP, data, null);
  }

  static boolean isGap(ServerSentEvent event) {
    return GAP.equals(event.type());
  }

  /**
   * Returns the bytes of a shutdown event: the server ends the stream, and the client should come
   * back after this time. They do not change the client's last id.
   */
  public static byte[] shutdown(Duration retry) {
    return encode("shutdown", "{}", retry);
  }

  /**
   * Returns the bytes of a revoked event: the server ends the stream because its client is no
   * longer authorized.
   *
   * @param reason {@code expired} or {@code revoked}
   */
  public static byte[] revoked(String reason) {
    String data = JSON.createObjectBuilder().add("reason", reason).build().toString();
    return encode("revoked", data, null);
  }

  private static byte[] encode(String type, String data, @Nullable Duration retry) {
    return EventStreamEncoder.encode(new ServerSentEvent(null, type, data, retry));
  }

  /** The reason of a gap. */
  enum Reason {
    UNKNOWN("unknown"),
    EVICTED("evicted");

    private final String word;

    Reason(String word) {
      this.word = word;
    }
  }
}
