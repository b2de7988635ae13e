package bellwether.stream;

import bellwether.eventlog.LogEntry;
import bellwether.hub.Gap;
import bellwether.hub.Page;
import bellwether.topic.Topic;
import bellwether.wire.EventStreamEncoder;
import jakarta.json.Json;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.ByteArrayOutputStream;
import java.util.Map;

/** The JSON answer to a poll. */
final class EventsJson {
  private static final JsonGeneratorFactory generators = Json.createGeneratorFactory(Map.of());

  private EventsJson() {}

  /**
   * Returns the JSON object in UTF-8.
   *
   * @param lastEventId the id that the client sends with its next request
   * @param more whether more events are there already
   */
  static byte[] of(Page page, String lastEventId, boolean more) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = generators.createGenerator(bytes)) {
      json.writeStartObject().writeStartArray("events");
      page.items().forEach(item -> write(item, json));
      json.writeEnd().write("lastEventId", lastEventId);
      Gap gap = page.gap();
      if (gap != null) {
        json.write("gap", gap.json());
      }
      json.write("more", more).writeEnd();
    }
    return bytes.toByteArray();
  }

  /** Writes an event with the values that an {@code EventSource} would give. */
  private static void write(Page.Item item, JsonGenerator json) {
    LogEntry entry = item.entry();
    String type = entry.publication().type();
    json.writeStartObject();
    if (item.hasId()) {
      json.write("id", entry.publicId());
    }
    json.write("type", type == null ? "message" : type).writeStartArray("topics");
    for (Topic topic : entry.publication().topics()) {
      json.write(topic.name());
    }
    json.writeEnd()
        .write("data", EventStreamEncoder.dataAsRead(entry.publication().data()))
        .writeEnd();
  }
}
