package bellwether.hub;

import bellwether.eventlog.ControlEntry;
import bellwether.eventlog.EventId;
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
  /** Types that are refused to publishers. */
  public static final Set<String> RESERVED_TYPES =
      Set.of("cursor", Gap.TYPE, "shutdown", ControlEntry.TYPE, "open", "error");

  /** The type of subscription events (Mercure), which the server publishes through the hub. */
  public static final String SUBSCRIPTION_TYPE = "mercure";

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
   * The bytes that say that the server ends the stream, and when to come back. They leave the
   * cursor alone.
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
}
