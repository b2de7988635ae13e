package bellwether.eventlog.file;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * A hash table from a name to the numbers of the entries that have it: twelve bytes for each name,
 * since it keeps only the name's hash. So the caller has to check that the entry of a number really
 * has the name. Guarded by a lock of the caller.
 */
final class NameTable {
  /*
   * Open addressing finds the newest entry with a hash. Each entry has the number of the one before
   * it with the same hash.
   */
  static final int NONE = -1;

  private static final int MIN_SIZE = 16;
  private static final int FREE = 0; // numbers are kept plus one

  private long[] hashes = new long[MIN_SIZE];
  private int[] numbers = new int[MIN_SIZE];
  private int size;
  private int[] before = {}; // by number, plus one; empty while all hashes differ

  int size() {
    return size;
  }

  /**
   * Makes room for more names, so that adding them allocates nothing.
   *
   * @param numbersBelow a number that is greater than all their numbers
   */
  void reserve(int more, int numbersBelow) {
    if (more > 0 && before.length < numbersBelow) {
      before = Arrays.copyOf(before, Math.max(2 * before.length, numbersBelow));
    }
    reserve(more);
  }

  private void reserve(int more) {
    int length = numbers.length;
    while (2 * (size + more) > length) {
      length *= 2;
    }
    if (length > numbers.length) {
      grow(length);
    }
  }

  /**
   * Adds an entry.
   *
   * @param number greater than all numbers before
   */
  void put(String name, int number) {
    put(hash(name), number + 1);
  }

  /** Returns the greatest number that may have the name; {@link #NONE} if none has. */
  int find(String name) {
    return numbers[slot(hash(name))] - 1;
  }

  /** Returns the next smaller number that may have the same name; {@link #NONE} if none has. */
  int before(int number) {
    return number < before.length ? before[number] - 1 : NONE;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(size);
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] != FREE) {
        out.writeLong(hashes[i]);
        out.writeInt(numbers[i]);
      }
    }
    out.writeInt(before.length);
    for (int number : before) {
      out.writeInt(number);
    }
  }

  static NameTable read(DataInput in) throws IOException {
    NameTable table = new NameTable();
    for (int left = in.readInt(); left > 0; left--) {
      table.put(in.readLong(), in.readInt());
    }
    table.before = new int[in.readInt()];
    for (int i = 0; i < table.before.length; i++) {
      table.before[i] = in.readInt();
    }
    return table;
  }

  private void put(long hash, int kept) {
    int slot = slot(hash);
    if (numbers[slot] != FREE) {
      if (before.length < kept) {
        before = Arrays.copyOf(before, Math.max(MIN_SIZE, 2 * kept));
      }
      before[kept - 1] = numbers[slot];
      numbers[slot] = kept;
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

  /** Returns the slot in which the hash is, or would be. */
  private int slot(long hash) {
    int slot = (int) hash & (numbers.length - 1);
    while (numbers[slot] != FREE && hashes[slot] != hash) {
      slot = (slot + 1) & (numbers.length - 1);
    }
    return slot;
  }

  /** Hashes a name: FNV-1a over the characters, with its bits mixed as SplitMix64 does. */
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
