package bellwether.bench.layout;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import org.jspecify.annotations.Nullable;

/** Wants one exact topic, or those of a URI template, from a place in the log to its end. */
final class Reader {
  static final int BATCH = 64; // entries that one read may find, as in the hub

  final Topic text; // the one that is wanted, if it is exact
  final TopicFilter filter;
  final boolean isExact;
  final int beginning; // hash of the text, or of what a template's topics begin with, up to a slash
  long position; // all up to here was looked at
  int found;
  int inBatch; // found by this read
  @Nullable Object plan; // what a layout keeps of one read for the next
  private final byte[] bytes;
  private final byte[][] batch = new byte[BATCH][];

  Reader(String text, TopicFilter filter, long position) {
    this.text = new Topic(text);
    this.filter = filter;
    this.position = position;
    isExact = text.indexOf('{') < 0;
    int end = isExact ? text.length() : text.lastIndexOf('/', text.indexOf('{')) + 1;
    beginning = text.substring(0, end).hashCode();
    bytes = text.getBytes(UTF_8);
  }

  boolean wants(byte[] records, int at) {
    return isExact
        ? Segment.hasTopic(records, at, bytes)
        : filter.matches(Segment.topicOf(records, at));
  }

  boolean wantsMore() {
    return inBatch < BATCH;
  }

  /** Takes a record that is wanted, if it lies ahead. */
  void take(byte[] records, int at) {
    long record = Segment.positionOf(records, at);
    if (record > position) {
      batch[inBatch++] = Segment.copy(records, at);
      found++;
      position = record;
    }
  }
}
