package bellwether.bench.layout;

import java.io.IOException;
import java.util.List;
import java.util.Queue;

/** A way to find what a reader wants. It is told of all events first, and read from then. */
abstract class Layout {
  /** Comes in order, from one thread. */
  void index(int segment, int block, int offset, String topic) {}

  /** How many of those waiting are served together. */
  int mostTogether() {
    return 1;
  }

  /** One bounded step of these readers, the first of which is furthest behind, in one segment. */
  abstract void read(Segment segment, List<Reader> readers, Scratch scratch) throws IOException;

  /** Brings the waiting through; several threads may. */
  final long serve(List<Segment> log, Queue<Reader> waiting) throws IOException {
    Scratch scratch = new Scratch();
    List<Reader> taken = new java.util.ArrayList<>();
    while (true) {
      for (Reader reader; taken.size() < mostTogether() && (reader = waiting.poll()) != null; ) {
        reader.beginBatch();
        taken.add(reader);
      }
      if (taken.isEmpty()) {
        return scratch.bytes;
      }
      taken.sort(java.util.Comparator.comparingLong(reader -> reader.position));
      long from = taken.get(0).position + 1;
      int segment = log.size() - 1;
      while (segment > 0 && log.get(segment - 1).last() >= from) {
        segment--;
      }
      read(log.get(segment), taken, scratch);
      taken.removeIf(Reader::isThrough);
      waiting.addAll(taken);
      taken.clear();
    }
  }
}
