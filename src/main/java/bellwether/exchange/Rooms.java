package bellwether.exchange;

/** The rooms of all requests: readers' bodies have at most half of the two for bodies. */
record Rooms(
    Room unfinished, Room bodies, Room readersUnfinished, Room readersBodies, Room answers) {
  static Rooms of(Exchanges.Limits limits) {
    Room unfinished = new Room(limits.unfinished());
    Room bodies = new Room(limits.bodyBytes());
    return new Rooms(
        unfinished,
        bodies,
        new Room(limits.unfinished() / 2, unfinished),
        new Room(limits.bodyBytes() / 2, bodies),
        new Room(limits.answerBytes()));
  }
}
