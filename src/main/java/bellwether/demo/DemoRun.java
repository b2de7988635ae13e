package bellwether.demo;

/** Something that goes on in the background until it ends by itself, or is ended. Any thread. */
public interface DemoRun extends AutoCloseable {
  boolean isRunning();

  /** How it goes, or went. */
  String toJson();

  /** Ends it; any number of times. */
  @Override
  void close();
}
