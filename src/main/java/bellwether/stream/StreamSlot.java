package bellwether.stream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A slot, with a share of the open streams. Any thread. */
final class StreamSlot {
  /*
   * The streams are in an array, and each knows its own place. The node of a hash table would take
   * a twentieth of the memory of an idle stream, and would have to be fetched at each visit.
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

  /** Removes a stream; returns whether it was there. */
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

  /** Returns the streams that are there now. */
  synchronized StreamConnection[] all() {
    return Arrays.copyOf(streams, size, StreamConnection[].class);
  }
}
