package bellwether.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A container's output stream that is ready when it pleases, breaks when it pleases, and holds its
 * caller to every rule of the servlet specification and of the containers' code.
 */
class FakeResponse extends ServletOutputStream {
  private final Random random;
  private final int notReadyPercent;
  private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
  private final AtomicReference<@Nullable Thread> inside = new AtomicReference<>();

  // Guarded by this.
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private boolean isFlushed = true;
  private boolean ready;
  private boolean owesWritePossible = true; // the first call comes unasked
  private boolean unready; // said so, and has not called since
  private boolean broken;
  private boolean over;
  private int completions;
  private int writesUntilStuck = Integer.MAX_VALUE;
  private @Nullable Error onWrite;
  private @Nullable WriteListener listener; // of a test's own thread

  FakeResponse(Random random, int notReadyPercent) {
    this.random = random;
    this.notReadyPercent = notReadyPercent;
  }

  @Override
  public synchronized boolean isReady() {
    enter("isReady");
    if (broken) {
      ready = true; // as on both containers: the next write then fails
      return leave(ready);
    }
    ready = !owesWritePossible && writesUntilStuck > 0 && random.nextInt(100) >= notReadyPercent;
    owesWritePossible |= !ready;
    unready = !ready;
    return leave(ready);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    enter("write");
    requireReady("write");
    failIfBroken();
    if (onWrite != null) {
      leave(true);
      throw onWrite;
    }
    take(bytes, offset, length);
    isFlushed = false;
    writesUntilStuck--;
    leave(true);
  }

  final synchronized void take(byte[] bytes, int offset, int length) {
    if (length > WriteBuffer.MOST) {
      violations.add("a write of " + length + " bytes");
    }
    written.write(bytes, offset, length);
  }

  @Override
  public synchronized void flush() throws IOException {
    enter("flush");
    requireReady("flush");
    failIfBroken();
    isFlushed = true;
    leave(true);
  }

  @Override
  public void write(int b) {
    violations.add("a write of one byte");
  }

  @Override
  public void setWriteListener(WriteListener newListener) {
    listener = newListener;
  }

  /** Does what a container's thread would do now. */
  void callListener() throws IOException {
    WriteListener told = listener;
    if (told != null && takeWritePossible()) {
      told.onWritePossible();
    }
  }

  /** Completes the request: from now on it may belong to someone else. */
  synchronized void complete() {
    completions++;
    if (unready && !broken) {
      violations.add("completed with bytes still to be taken");
    }
    if (over) {
      throw new IllegalStateException("completed already");
    }
    over = true;
  }

  /** The client takes no more after so many writes. */
  synchronized void stickAfter(int writes) {
    writesUntilStuck = writes;
  }

  /** The machine is in trouble. */
  synchronized void failWritesWith(Error error) {
    onWrite = error;
  }

  /** The client is gone. */
  synchronized void breakOff() {
    broken = true;
  }

  /** The error callback has returned: the container recycles the response. */
  synchronized void recycle() {
    over = true;
  }

  /** Whether onWritePossible is to be called now; asking takes it on. */
  synchronized boolean takeWritePossible() {
    boolean owed = owesWritePossible && !broken && !over;
    owesWritePossible &= !owed;
    unready &= !owed;
    return owed;
  }

  synchronized boolean isOver() {
    return over;
  }

  synchronized boolean isBroken() {
    return broken;
  }

  synchronized byte[] written() {
    return written.toByteArray();
  }

  synchronized boolean isFlushed() {
    return isFlushed;
  }

  synchronized int completions() {
    return completions;
  }

  List<String> violations() {
    return violations;
  }

  private void requireReady(String call) {
    if (!ready) {
      violations.add(call + " without isReady() before it");
    }
    ready = false;
  }

  private void failIfBroken() throws IOException {
    if (broken) {
      leave(true);
      if (random.nextBoolean()) {
        throw new NullPointerException("recycled, as on Tomcat");
      }
      throw new IOException("connection reset");
    }
  }

  private void enter(String call) {
    Thread other = inside.getAndSet(Thread.currentThread());
    if (other != null && other != Thread.currentThread()) {
      violations.add(call + " while another thread is inside");
    }
    if (over) {
      violations.add(call + " after completion");
    }
  }

  private boolean leave(boolean answer) {
    inside.set(null);
    return answer;
  }
}
