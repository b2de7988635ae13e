package bellwether.faults;

/**
 * A topic that events are published to.
 *
 * @param place its place in every journal and ledger, counted from 0
 * @param name as it is on the wire
 */
public record Topic(int place, Kind kind, String name) {
  /** What is promised of it. */
  public enum Kind {
    /** Every event, once, in order. */
    LOG("log"),
    /** The latest event; those before it may be left out, but not come after it. */
    STATE("state"),
    /** A log that only readers with the key are told of. */
    SECRET("secret"),
    /** A log whose events have ids that their publisher gave them. */
    NAMED("named");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }

    String prefix() {
      return prefix;
    }

    /** A URI template that matches all topics of this kind. */
    public String template() {
      return prefix + "/{n}";
    }
  }

  /** The id that this topic's publisher gives event {@code number}. */
  public String ownId(int number) {
    return "own-" + name + "-" + number;
  }
}
