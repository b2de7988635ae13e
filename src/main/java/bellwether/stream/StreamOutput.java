package bellwether.stream;

import jakarta.servlet.WriteListener;
import java.io.IOException;

/**
 * The output of one stream's bytes, by the rules of a non-blocking {@link
 * jakarta.servlet.ServletOutputStream}: one thread at a time, and a call of write or flush only
 * after {@link #isReady} said true.
 */
interface StreamOutput {
  /** Returns whether it can be written to; if not, the listener is called when it can. */
  boolean isReady();

  /** Writes all that the buffer has; it has at least one byte. */
  void write(WriteBuffer buffer) throws IOException;

  void flush() throws IOException;

  /**
   * Names whom to call; comes once, before the first write, when nothing else is to be done with
   * the request. A response whose socket is taken over has been committed by then.
   */
  void setWriteListener(WriteListener listener);

  /**
   * Ends the response: in order if everything written has been taken. Comes once, from any thread,
   * perhaps before the listener was named; nothing is written any more.
   *
   * @throws RuntimeException if the container has ended it already
   */
  void complete();

  /**
   * Cuts off a client that has not taken what was written, where that can be done. Else its
   * container's own time-out will.
   */
  void cut();
}
