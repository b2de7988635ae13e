package bellwether.bench.layout;

import bellwether.topic.Topic;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A way to find what a reader wants. It is told of all events first, in order, and then read. */
abstract class Layout {
  long bytesRead;

  void index(int segment, int offset, Topic topic) {}

  int together() {
    return 1;
  }

  /** One bounded step of these readers, the first of which is furthest behind, in one segment. */
  abstract void read(Segment from, RandomAccessFile file, List<Reader> readers) throws IOException;

  final void serve(List<Segment> log, List<Reader> readers) throws IOException {
    for (int from = 0; from < readers.size(); from += together()) {
      int to = Math.min(readers.size(), from + together());
      List<Reader> behind = new ArrayList<>(readers.subList(from, to));
      while (!behind.isEmpty()) {
        behind.forEach(reader -> reader.inBatch = 0);
        behind.sort(Comparator.comparingLong(reader -> reader.position));
        Segment segment = log.get((int) (behind.get(0).position / Segment.ENTRIES));
        try (RandomAccessFile file = new RandomAccessFile(segment.file().toFile(), "r")) {
          read(segment, file, behind); // the log, too, opens its files for each read
        }
        behind.removeIf(reader -> reader.position >= Workload.EVENTS);
      }
    }
  }

  final byte[] load(RandomAccessFile file, int offset, int length) throws IOException {
    byte[] bytes = new byte[(int) Math.min(length, file.length() - offset)];
    file.seek(offset);
    file.readFully(bytes);
    bytesRead += bytes.length;
    return bytes;
  }
}
