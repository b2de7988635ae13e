package bellwether.bench.layout;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.eventlog.Topic;
import bellwether.hub.TopicFilter;
import java.nio.ByteBuffer;

/** What a reader wants: one exact topic, or those of a URI template. */
final class Filter {
  private final String text;
  private final byte[] bytes;
  private final TopicFilter filter;

  Filter(String text) {
    this.text = text;
    this.bytes = text.getBytes(UTF_8);
    this.filter = TopicFilter.parse(text);
  }

  String text() {
    return text;
  }

  boolean isExact() {
    return text.indexOf('{') < 0;
  }

  boolean matches(String topic) {
    return filter.matches(new Topic(topic));
  }

  boolean matches(ByteBuffer records, int at) {
    return isExact()
        ? RecordFormat.hasTopic(records, at, bytes)
        : matches(RecordFormat.topic(records, at));
  }
}
