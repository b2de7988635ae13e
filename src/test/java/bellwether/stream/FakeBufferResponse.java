package bellwether.stream;

import bellwether.fixtures.FakeResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Takes byte buffers, as containers do, and like Jetty reads them when it pleases: at the latest
 * when it is ready again. Public, because that is how the method is found.
 */
public final class FakeBufferResponse extends FakeResponse {
  private @Nullable ByteBuffer held; // guarded by this

  FakeBufferResponse(Random random, int notReadyPercent) {
    super(random, notReadyPercent);
  }

  /** See jakarta.servlet 6.1. */
  public synchronized void write(ByteBuffer bytes) throws IOException {
    held = bytes;
    super.write(new byte[0], 0, 0);
  }

  @Override
  public synchronized boolean isReady() {
    boolean isReady = super.isReady();
    if (isReady) {
      readHeld();
    }
    return isReady;
  }

  @Override
  public synchronized boolean takeWritePossible() {
    boolean isOwed = super.takeWritePossible();
    if (isOwed) {
      readHeld();
    }
    return isOwed;
  }

  @Override
  public synchronized byte[] written() {
    readHeld();
    return super.written();
  }

  private void readHeld() {
    ByteBuffer read = held;
    if (read != null) {
      held = null;
      byte[] bytes = new byte[read.remaining()];
      read.get(bytes);
      take(bytes, 0, bytes.length);
    }
  }
}
