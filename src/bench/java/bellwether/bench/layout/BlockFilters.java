package bellwether.bench.layout;

import bellwether.topic.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Bloom filter of 512 bits for each block, over its topics and what these begin with, up to each
 * slash: so a template can be looked up too, by what stands before its first expression.
 */
final class BlockFilters extends Scan {
  private static final int WORDS = 8; // of a filter

  private final List<long[]> segments = new ArrayList<>();

  @Override
  void index(int segment, int offset, Topic topic) {
    if (segment == segments.size()) {
      segments.add(new long[1 << 10]);
    }
    long[] filters = segments.get(segment);
    int at = offset / Segment.BLOCK * WORDS;
    if (at == filters.length) {
      filters = Arrays.copyOf(filters, filters.length * 2);
      segments.set(segment, filters);
    }
    String name = topic.name();
    int hash = 0;
    for (int i = 0; i <= name.length(); i++) {
      if (i == 0 || i == name.length() || name.charAt(i - 1) == '/') {
        for (long bits = bits(hash), left = 4; left > 0; left--, bits >>>= 9) {
          filters[at + (int) (bits >>> 6 & 7)] |= 1L << bits;
        }
      }
      hash = i < name.length() ? hash * 31 + name.charAt(i) : hash; // as String's, up to here
    }
  }

  @Override
  int next(Segment segment, int block, Reader reader) {
    long[] filters = segments.get(segment.number());
    long wanted = bits(reader.beginning);
    int next = block;
    while (next < segment.blocks() && !mayHold(filters, next * WORDS, wanted)) {
      next++;
    }
    return next;
  }

  private static boolean mayHold(long[] filters, int at, long wanted) {
    for (long bits = wanted, left = 4; left > 0; left--, bits >>>= 9) {
      if ((filters[at + (int) (bits >>> 6 & 7)] >>> bits & 1) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Four numbers below 512 in the lowest 36 bits. */
  private static long bits(int hash) {
    long spread = hash * 0x9E3779B97F4A7C15L;
    return ((spread ^ (spread >>> 32)) * 0xD6E8FEB86659FD93L) >>> 28;
  }
}
