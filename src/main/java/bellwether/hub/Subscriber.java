package bellwether.hub;

/** Who holds a {@link Subscription}. */
public interface Subscriber {
  /** There is something to poll for. Called on a fan-out thread or a timer's; must not block. */
  void wake();
}
