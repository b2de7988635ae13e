package bellwether.http;

import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often a client is cut off. */
record CountingOutput(StreamOutput out, AtomicInteger cuts) implements StreamOutput {
  @Override
  public boolean isReady() {
    return out.isReady();
  }

  @Override
  public void write(WriteBuffer buffer) throws IOException {
    out.write(buffer);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void setWriteListener(WriteListener listener) {
    out.setWriteListener(listener);
  }

  @Override
  public void cut() {
    cuts.incrementAndGet();
  }
}
