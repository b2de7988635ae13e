package bellwether.hub;

import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.wire.ServerSentEvent;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A loss of which a reader is told: something can no longer be had.
 *
 * @param id the place just before what follows, and not before what is lost, so that it is told
 *     once; null if a cursor event or what else follows is to move the client
 * @param requested the id that the reader asked for
 * @param oldest the id of the oldest entry that the log still has
 * @param newest the id of the newest one
 */
public record Gap(
    @Nullable EventId id, String requested, EventId oldest, EventId newest, Reason reason) {
  static final String TYPE = "gap";
  private static final JsonBuilderFactory JSON = Json.createBuilderFactory(Map.of());

  /** Why there is a gap. */
  public enum Reason {
    /** The id that was asked for is not known here. */
    UNKNOWN("unknown"),
    /** The log has dropped something meanwhile. */
    EVICTED("evicted");

    private final String word;

    Reason(String word) {
      this.word = word;
    }
  }

  /**
   * Returns a gap in what a reader gets from this log.
   *
   * @param before the position of {@link #id}; null for none
   */
  static Gap in(EventLog log, @Nullable Long before, String requested, Reason reason) {
    long newest = log.newest();
    return new Gap(
        before == null ? null : log.idAt(before),
        requested,
        log.idAt(Math.min(log.oldest(), newest)),
        log.idAt(newest),
        reason);
  }

  /** Returns what a client is told, all but the id. */
  public JsonObject json() {
    return JSON.createObjectBuilder()
        .add("requested", requested)
        .add("oldest", oldest.toString())
        .add("newest", newest.toString())
        .add("reason", reason.word)
        .build();
  }

  /** Returns the event of a stream that tells of it. */
  public ServerSentEvent event() {
    return new ServerSentEvent(id == null ? null : id.toString(), TYPE, json().toString(), null);
  }
}
