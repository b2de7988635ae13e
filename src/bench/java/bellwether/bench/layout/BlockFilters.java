package bellwether.bench.layout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Bloom filter for each few blocks, over their topics and what these begin with, up to each
 * slash: so a template can be looked up too, by what stands before its first expression.
 */
final class BlockFilters extends Scan {
  private final int shift; // of a block's number to its filter's
  private final int words; // in a quarter of a filter
  private final List<long[]> segments = new ArrayList<>();

  /**
   * @param shift 0 for a filter to each block, 1 for one to two blocks, and so on
   * @param words in a quarter of a filter, a power of two; a text sets one bit in each quarter
   */
  BlockFilters(int shift, int words) {
    this.shift = shift;
    this.words = words;
  }

  @Override
  void index(int segment, int block, int offset, String topic) {
    if (segment == segments.size()) {
      segments.add(new long[1 << 10]);
    }
    int at = at(block);
    long[] filters = segments.get(segment);
    if (at == filters.length) {
      filters = Arrays.copyOf(filters, at * 2);
      segments.set(segment, filters);
    }
    int hash = 0;
    for (int i = 0; i <= topic.length(); i++) {
      if (i == 0 || i == topic.length() || topic.charAt(i - 1) == '/') {
        long bits = bits(hash); // as the text's hashCode() up to here
        for (int quarter = 0; quarter < 4; quarter++) {
          filters[at + word(bits, quarter)] |= bit(bits, quarter);
        }
      }
      hash = i < topic.length() ? hash * 31 + topic.charAt(i) : hash;
    }
  }

  @Override
  int next(Segment segment, int block, Reader reader) {
    if (reader.plan == null) {
      String text = reader.filter.text();
      int end =
          reader.filter.isExact() ? text.length() : text.lastIndexOf('/', text.indexOf('{')) + 1;
      reader.plan = bits(text.substring(0, end).hashCode());
    }
    long bits = (Long) reader.plan;
    int first = word(bits, 0);
    int second = word(bits, 1);
    int third = word(bits, 2);
    int fourth = word(bits, 3);
    long[] filters = segments.get(segment.number());
    for (int next = block; next < segment.blocks(); next = ((next >> shift) + 1) << shift) {
      int at = at(next);
      long missing =
          (bit(bits, 0) & ~filters[at + first])
              | (bit(bits, 1) & ~filters[at + second])
              | (bit(bits, 2) & ~filters[at + third])
              | (bit(bits, 3) & ~filters[at + fourth]);
      if (missing == 0) {
        return next;
      }
    }
    return segment.blocks();
  }

  private int at(int block) {
    return (block >> shift) * 4 * words;
  }

  private int word(long bits, int quarter) {
    return quarter * words + ((int) (bits >>> (24 + quarter * 8)) & (words - 1));
  }

  private static long bit(long bits, int quarter) {
    return 1L << (bits >>> (quarter * 6));
  }

  private static long bits(int hash) {
    long spread = hash * 0x9E3779B97F4A7C15L;
    return ((spread ^ (spread >>> 32)) * 0xD6E8FEB86659FD93L) >>> 8;
  }
}
