package bellwether.stream;

/**
 * A thread of ours that writes to many streams, with one buffer for all of them. A thread local
 * variable would do so too, but on a container's threads it would outlive the application.
 */
public final class WriterThread extends Thread {
  private final WriteBuffer buffer = WriteBuffer.lasting();

  public WriterThread(Runnable task, String name) {
    super(task, name);
  }

  WriteBuffer buffer() {
    return buffer;
  }
}
