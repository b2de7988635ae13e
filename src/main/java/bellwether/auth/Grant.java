package bellwether.auth;

/** What a request is allowed to do. */
public enum Grant {
  /** Read what is public. */
  NONE,
  /** Publish, change stocks, send notifications, and read what is private. */
  PUBLISHER;

  public boolean mayPublish() {
    return this == PUBLISHER;
  }

  public boolean mayReadPrivate() {
    return this == PUBLISHER;
  }
}
