package bellwether.eventlog;

/** The result of finding an id. */
public sealed interface Lookup {

  /** The position of the id's entry, which may have been evicted since. */
  record Found(long position) implements Lookup {}

  /**
   * The answer for an id that this log never gave, or for a publisher's id that is no longer kept.
   */
  record Unknown() implements Lookup {}
}
