package bellwether.eventlog;

/** What finding an id may come to. */
public sealed interface Lookup {

  /** The id stands at, or once stood at, this position. It may have been evicted since. */
  record Found(long position) implements Lookup {}

  /** No log of ours gave this id, or a publisher's id that is no longer kept. */
  record Unknown() implements Lookup {}
}
