package bellwether.demo;

/** A background task of the demo, which ends by itself or when it is closed. Any thread. */
public interface DemoRun extends AutoCloseable {
  boolean isRunning();

  /** Returns the task's figures so far, as JSON. */
  String toJson();

  /** Ends the task; may be called any number of times. */
  @Override
  void close();
}
