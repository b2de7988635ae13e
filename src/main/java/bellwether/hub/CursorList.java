package bellwether.hub;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A list of cursors with an interest in common, in the order in which they were added. Any thread
 * may add and remove while another visits.
 */
final class CursorList {
  /*
   * The list is an array, because it is made for visits: each event walks through all of it, and
   * cursors that were made one after the other mostly lie one after the other in memory, which the
   * processor then fetches ahead. Removing a cursor searches for it, which costs little compared
   * with the end of a stream, and leaves a hole. The remaining cursors move together only in a new
   * array: so a visit misses none of them.
   */
  private static final int TOLERATED = 8; // places for each hole

  // Guarded by this; a visit goes through the array that it found.
  private @Nullable Cursor[] places = new Cursor[1];
  private int end;
  private int holes;

  synchronized void add(Cursor cursor) {
    if (end == places.length) {
      moveTogether(2 * end);
    }
    places[end++] = cursor;
  }

  synchronized void remove(Cursor cursor) {
    for (int i = 0; i < end; i++) {
      if (places[i] == cursor) {
        places[i] = null;
        holes++;
        break;
      }
    }
    boolean isLeft = end > holes; // else whoever keeps the list drops it
    if (isLeft && holes > 0 && holes * TOLERATED >= end) {
      try {
        moveTogether(end - holes);
      } catch (OutOfMemoryError e) {
        // Then the holes stay until there is memory. Removing itself is not to need any.
      }
    }
  }

  synchronized boolean isEmpty() {
    return end == holes;
  }

  /**
   * Visits all cursors that are in the list when the visit begins, except those that are removed
   * meanwhile.
   */
  void forEach(Consumer<Cursor> visitor) {
    @Nullable Cursor[] visited;
    int visitedEnd;
    synchronized (this) {
      visited = places;
      visitedEnd = end;
    }
    for (int i = 0; i < visitedEnd; i++) {
      Cursor cursor = visited[i];
      if (cursor != null) {
        visitor.accept(cursor);
      }
    }
  }

  private void moveTogether(int capacity) {
    @Nullable Cursor[] old = places;
    int oldEnd = end;
    places = new Cursor[capacity];
    end = 0;
    holes = 0;
    for (int i = 0; i < oldEnd; i++) {
      if (old[i] != null) {
        places[end++] = old[i];
      }
    }
  }
}
