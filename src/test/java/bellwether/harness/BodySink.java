package bellwether.harness;

/**
 * Takes the body of a response as it comes, in pieces of any size that mean nothing. Called by one
 * thread at a time, which reads for others too: do not block it.
 */
@FunctionalInterface
public interface BodySink {
  BodySink NONE = bytes -> {};

  /** The bytes are the sink's to keep. What it throws ends the stream and fails its waits. */
  void body(byte[] bytes);
}
