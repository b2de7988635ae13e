package bellwether.faults;

/** What a reader of the log's own ids may know of them. */
public final class Ids {
  private Ids() {}

  /** The position in an id of the log's own; -1 for a publisher's. */
  public static long position(String id) {
    int hyphen = id.indexOf('-');
    boolean isOurs = id.startsWith("bw") && hyphen > 0 && id.indexOf('-', hyphen + 1) < 0;
    return isOurs ? Long.parseLong(id.substring(hyphen + 1)) : -1;
  }
}
