package bellwether.exchange;

/**
 * What one unfinished body takes of the rooms for all of them: a place, and its bytes. Guarded by
 * its owner's lock.
 */
final class BodyRoom {
  private final Room places;
  private final Room bytes;
  private boolean hasPlace;
  private int taken;

  BodyRoom(Room places, Room bytes) {
    this.places = places;
    this.bytes = bytes;
  }

  /** Takes a place; returns whether there was one. */
  boolean takePlace() {
    hasPlace = places.take(1);
    return hasPlace;
  }

  /** Takes so many bytes, or nothing; returns whether there was room. */
  boolean take(int amount) {
    boolean hasRoom = bytes.take(amount);
    taken += hasRoom ? amount : 0;
    return hasRoom;
  }

  /** Gives back all that was taken; any number of times. */
  void giveBack() {
    bytes.give(taken);
    taken = 0;
    if (hasPlace) {
      hasPlace = false;
      places.give(1);
    }
  }
}
