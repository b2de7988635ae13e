package bellwether.eventlog;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * From a name to the number of the entry that has it: in twelve bytes for each, since it keeps the
 * name's hash only. So who finds a number has to look whether the entry really has the name.
 * Confined to a lock.
 */
final class NameTable {
  /*
   * Open addressing. Of two names with one hash, as of one name given twice, the first stays.
   */
  static final int NONE = -1;

  private static final int SMALLEST = 16;
  private static final int FREE = 0; // numbers are kept plus one

  private long[] hashes = new long[SMALLEST];
  private int[] numbers = new int[SMALLEST];
  private int size;

  int size() {
    return size;
  }

  /** Makes room for so many more: then adding them allocates nothing. */
  void reserve(int more) {
    int length = numbers.length;
    while (2 * (size + more) > length) {
      length *= 2;
    }
    if (length > numbers.length) {
      grow(length);
    }
  }

  void putIfAbsent(String name, int number) {
    putIfAbsent(hash(name), number + 1);
  }

  /** {@link #NONE} if none can have the name. */
  int find(String name) {
    return numbers[slot(hash(name))] - 1;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(size);
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] != FREE) {
        out.writeLong(hashes[i]);
        out.writeInt(numbers[i]);
      }
    }
  }

  static NameTable read(DataInput in) throws IOException {
    NameTable table = new NameTable();
    for (int left = in.readInt(); left > 0; left--) {
      table.putIfAbsent(in.readLong(), in.readInt());
    }
    return table;
  }

  private void putIfAbsent(long hash, int kept) {
    int slot = slot(hash);
    if (numbers[slot] != FREE) {
      return;
    }
    hashes[slot] = hash;
    numbers[slot] = kept;
    size++;
    reserve(0);
  }

  private void grow(int length) {
    long[] oldHashes = hashes;
    int[] oldNumbers = numbers;
    long[] newHashes = new long[length];
    int[] newNumbers = new int[length];
    hashes = newHashes; // both or neither
    numbers = newNumbers;
    for (int i = 0; i < oldNumbers.length; i++) {
      if (oldNumbers[i] != FREE) {
        int slot = slot(oldHashes[i]);
        hashes[slot] = oldHashes[i];
        numbers[slot] = oldNumbers[i];
      }
    }
  }

  /** Where it is, or would be. */
  private int slot(long hash) {
    int slot = (int) hash & (numbers.length - 1);
    while (numbers[slot] != FREE && hashes[slot] != hash) {
      slot = (slot + 1) & (numbers.length - 1);
    }
    return slot;
  }

  /** FNV-1a over the characters, and its bits mixed as SplitMix64 does. */
  private static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
