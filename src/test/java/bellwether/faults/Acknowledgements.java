package bellwether.faults;

/** Receives what the server has said that it has. */
@FunctionalInterface
public interface Acknowledgements {
  void acknowledged(NumberedEvent event, String id);
}
