package bellwether.stream;

import bellwether.eventlog.Publication;
import bellwether.exchange.HttpProblem;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of one request. */
final class PublishBatch {
  /**
   * The largest number of events in one batch: the log takes no other events while it takes these.
   */
  static final int MAX = 1000;

  private final List<Publication> publications = new ArrayList<>();
  private final @Nullable String idempotencyKey;

  /**
   * @param idempotencyKey of the request; each event gets a key made of it. That key has a line end
   *     in it, so that it never equals a key from a header
   */
  PublishBatch(@Nullable String idempotencyKey) {
    this.idempotencyKey = idempotencyKey;
  }

  /**
   * Adds the next event.
   *
   * @throws IllegalArgumentException saying which event it is and what is wrong with it
   * @throws HttpProblem if there are too many
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
