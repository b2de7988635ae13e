package bellwether.stream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A share of the open streams. Any thread. */
final class StreamSlot {
  /*
   * An array in which each stream knows its own place: the node of a hash table would be a twentieth
   * of what an idle stream takes, and one more to be fetched at each visit.
   */

  // Guarded by this; nothing is called under it.
  private @Nullable StreamConnection[] streams = new StreamConnection[4];
  private int size;

  synchronized void add(StreamConnection stream) {
    if (size == streams.length) {
      streams = Arrays.copyOf(streams, 2 * size);
    }
    stream.moveInSlot(size);
    streams[size++] = stream;
  }

  /** Returns whether it was there. */
  synchronized boolean remove(StreamConnection stream) {
    if (!holds(stream)) {
      return false;
    }
    int place = stream.placeInSlot();
    StreamConnection last = streams[--size];
    if (last != null && last != stream) {
      streams[place] = last;
      last.moveInSlot(place);
    }
    streams[size] = null;
    return true;
  }

  synchronized boolean holds(StreamConnection stream) {
    int place = stream.placeInSlot();
    return place < size && streams[place] == stream;
  }

  /** Returns those that are there now. */
  synchronized StreamConnection[] all() {
    return Arrays.copyOf(streams, size, StreamConnection[].class);
  }
}
