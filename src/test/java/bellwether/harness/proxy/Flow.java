package bellwether.harness.proxy;

import bellwether.harness.SelectorLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** One direction of a {@link Link}. Confined to the proxy's thread. */
final class Flow {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SelectorLoop loop;
  private final Link link;
  private final SocketChannel from;
  private final SocketChannel to;
  private final Fault tear; // what it is when it is cut after some bytes

  private ByteBuffer waiting = NOTHING; // read, and not yet passed on
  private int most = Integer.MAX_VALUE; // bytes in a piece
  private Duration hold = Duration.ZERO; // for each piece
  private boolean isHeld;
  private boolean isPaused; // for a time
  private boolean isStalled; // until told to go on
  private boolean hasEnded; // and the other side has been told
  private long passed;
  private long tearAt = Long.MAX_VALUE;

  Flow(SelectorLoop loop, Link link, SocketChannel from, SocketChannel to, Fault tear) {
    this.loop = loop;
    this.link = link;
    this.from = from;
    this.to = to;
    this.tear = tear;
  }

  boolean wantsToRead() {
    return mayPass() && !waiting.hasRemaining();
  }

  boolean wantsToWrite() {
    return mayPass() && waiting.hasRemaining();
  }

  private boolean mayPass() {
    return !hasEnded && !isHeld && !isPaused && !isStalled;
  }

  boolean hasEnded() {
    return hasEnded;
  }

  /** Passes on what has come, or keeps it for as long as it must. */
  void read(ByteBuffer shared) throws IOException {
    shared.clear().limit(Math.min(most, shared.capacity()));
    if (from.read(shared) < 0) {
      end();
      return;
    }
    shared.flip();
    isHeld = hold.compareTo(Duration.ZERO) > 0;
    if (isHeld) {
      loop.after(hold, this::release);
    } else {
      pass(shared);
    }
    waiting = shared.hasRemaining() ? copy(shared) : NOTHING;
  }

  void write() throws IOException {
    pass(waiting);
  }

  private void pass(ByteBuffer bytes) throws IOException {
    int limit = bytes.limit();
    bytes.limit(bytes.position() + (int) Math.min(bytes.remaining(), tearAt - passed));
    passed += to.write(bytes);
    bytes.limit(limit);
    if (passed >= tearAt) {
      link.cut(tear);
    }
  }

  private void release() {
    isHeld = false;
    link.attend();
  }

  /** Passes on no more, and says so to the other side. */
  void end() throws IOException {
    hasEnded = true;
    waiting = NOTHING;
    to.shutdownOutput();
  }

  void tearAfter(int bytes) {
    tearAt = passed + bytes;
    if (bytes == 0) {
      link.cut(tear);
    }
  }

  void stall(boolean stall) {
    isStalled = stall;
  }

  void pauseFor(Duration time) {
    isPaused = true;
    loop.after(
        time,
        () -> {
          isPaused = false;
          link.attend();
        });
  }

  void slowDownFor(Duration time, int most, Duration hold) {
    this.most = most;
    this.hold = hold;
    loop.after(
        time,
        () -> {
          this.most = Integer.MAX_VALUE;
          this.hold = Duration.ZERO;
        });
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
  }
}
