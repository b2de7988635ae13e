package bellwether.stream;

import bellwether.eventlog.Publication;
import bellwether.exchange.HttpProblem;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of one request. */
final class PublishBatch {
  /** The log lets nobody else in while it takes them. */
  static final int MAX = 1000;

  private final List<Publication> publications = new ArrayList<>();
  private final @Nullable String idempotencyKey;

  /**
   * @param idempotencyKey of the request; each event gets one made of it, with a line end in it, so
   *     that no header can have the same
   */
  PublishBatch(@Nullable String idempotencyKey) {
    this.idempotencyKey = idempotencyKey;
  }

  /**
   * Adds the next event.
   *
   * @throws IllegalArgumentException saying which event it is and what is wrong with it
   * @throws HttpProblem for one too many
   */
  void add(JsonObject event) {
    if (publications.size() == MAX) {
      throw new HttpProblem(413, "more than " + MAX + " events in one request");
    }
    String key = idempotencyKey == null ? null : idempotencyKey + '\n' + publications.size();
    try {
      publications.add(PublishRequest.of(event, key));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "event " + (publications.size() + 1) + ": " + e.getMessage(), e);
    }
  }

  List<Publication> publications() {
    return publications;
  }
}
