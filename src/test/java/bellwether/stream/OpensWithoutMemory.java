package bellwether.stream;

import bellwether.fixtures.Exchange;
import bellwether.observe.CloseReason;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * A program that opens a stream or a poll with so little memory left that an allocation fails: with
 * none, and each time with a little more, until it opens. Ends with an exception if anything is
 * left of one that did not. Its argument says which. For a JVM with a small heap.
 */
final class OpensWithoutMemory {
  private static final int STEP = 56; // bytes
  private static final int SUCCESSES = 3; // in a row: then there is enough
  private static final int LEAST = 20; // failures
  private static final int WARMING_UP = 20;
  private static final int ENOUGH = 1 << 18; // bytes
  private static final int[] SIZES = {1 << 18, 1 << 13, 1 << 9, 1 << 6, 0}; // of what fills it
  private static final int SPARE = 1 << 18; // where what is not taken is

  private final @Nullable Object[] ballast = new Object[SPARE + 1];
  private final String kind;

  private OpensWithoutMemory(String kind) {
    this.kind = kind;
  }

  public static void main(String[] args) {
    LogManager.getLogManager().reset(); // hundreds of failures need not be said
    new OpensWithoutMemory(args[0]).run();
  }

  private void run() {
    for (int i = 0; i < WARMING_UP; i++) { // what is loaded later must not fail to load
      var unused = isDoneWith(i % 2 == 0 ? 0 : ENOUGH);
    }
    int failed = 0;
    int successes = 0;
    for (int left = 0; successes < SUCCESSES; left += STEP) {
      boolean isDone = isDoneWith(left);
      successes = isDone ? successes + 1 : 0;
      failed += isDone ? 0 : 1;
    }
    if (failed < LEAST) {
      throw new IllegalStateException("only " + failed + " failed");
    }
    System.out.println(kind + ": " + failed + " failed");
  }

  /** Whether so many bytes are enough for an opening. */
  private boolean isDoneWith(int bytes) {
    OpeningWorld world = new OpeningWorld(Integer.MAX_VALUE);
    world.around(() -> fill(bytes), this::empty);
    Exchange exchange =
        kind.equals("POLL") ? world.poll() : world.open(OpeningWorld.Kind.valueOf(kind));
    boolean isDone = world.registry.size() == 1;
    world.registry.forEach(open -> open.close(CloseReason.CUT));
    try {
      world.assertNothingIsLeft(exchange);
    } catch (AssertionError e) {
      throw new IllegalStateException("with " + bytes + " bytes", e);
    }
    return isDone;
  }

  /** Takes all memory but this. */
  private void fill(int spared) {
    ballast[SPARE] = new byte[spared];
    int next = 0;
    for (int size : SIZES) {
      try {
        while (true) {
          ballast[next] = new byte[size];
          next++;
        }
      } catch (OutOfMemoryError e) {
        // So much for this size.
      }
    }
    ballast[SPARE] = null;
  }

  private void empty() {
    for (int i = 0; i < ballast.length; i++) {
      ballast[i] = null;
    }
  }
}
