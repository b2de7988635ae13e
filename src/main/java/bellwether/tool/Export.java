package bellwether.tool;

import bellwether.eventlog.ControlEntry;
import bellwether.eventlog.Publication;
import bellwether.eventlog.file.StoredLog;
import bellwether.feed.BuiltInTopics;
import bellwether.feed.ClockTopics;
import bellwether.notification.NotificationTopics;
import bellwether.stock.StockTopics;
import bellwether.topic.Topic;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import java.util.Map;

/** Prints entries as lines of JSON that can be published. */
final class Export {
  private static final BuiltInTopics BUILT_IN =
      new BuiltInTopics(List.of(StockTopics.OWNED, NotificationTopics.OWNED, ClockTopics.OWNED));

  private final Writer out;
  private final PrintStream errors;
  private final JsonGeneratorFactory json =
      JsonProvider.provider().createGeneratorFactory(Map.of());
  private long leftOut;

  /**
   * @param errors receives messages about entries that were left out
   */
  Export(Writer out, PrintStream errors) {
    this.out = out;
    this.errors = errors;
  }

  /** Runs the export; returns whether all entries could be read. */
  boolean run(Selection selection) throws IOException {
    boolean isWhole =
        selection.read(
            entry -> {
              if (ControlEntry.TYPE.equals(entry.publication().type())) {
                return false; // it means nothing to another hub
              }
              if (selection.topic() == null && isBuiltIn(entry)) {
                leftOut++;
                return false;
              }
              out.write(line(entry.publication()));
              out.write('\n');
              return true;
            });
    if (leftOut > 0) {
      errors.println("left out " + leftOut + " events on topics that each server makes by itself");
    }
    return isWhole;
  }

  private static boolean isBuiltIn(StoredLog.Entry entry) {
    return entry.publication().topics().stream().anyMatch(BUILT_IN::has);
  }

  private String line(Publication publication) {
    StringWriter line = new StringWriter();
    try (JsonGenerator object = json.createGenerator(line)) {
      object.writeStartObject();
      if (publication.topics().size() == 1) {
        object.write("topic", publication.topics().get(0).name());
      } else {
        object.writeStartArray("topic");
        publication.topics().stream().map(Topic::name).forEach(object::write);
        object.writeEnd();
      }
      if (publication.type() != null) {
        object.write("type", publication.type());
      }
      if (publication.sentId() != null) { // an id that is no longer accepted would stop the import
        object.write("id", publication.sentId());
      }
      if (publication.retry() != null) {
        object.write("retry", publication.retry().toMillis());
      }
      if (publication.isPrivate()) {
        object.write("private", true);
      }
      object.write("data", publication.data());
      object.writeEnd();
    }
    return line.toString();
  }
}
