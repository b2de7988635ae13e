package bellwether.eventlog.shared;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The fence behind which this node appends what one node at a time may append. Any thread.
 *
 * <p>A node that was paused may not know that another one has taken over, whatever its clock says.
 * The store knows: it refuses what is behind an older fence.
 */
final class Fence {
  private static final long NONE = -1; // never the newest

  private final AtomicLong ours = new AtomicLong(NONE);

  long ours() {
    return ours.get();
  }

  boolean isRaised() {
    return ours.get() != NONE;
  }

  void raised(long fence) {
    ours.set(fence);
  }

  void drop() {
    ours.set(NONE);
  }

  /** Drops this fence, if it still is ours: another node has raised a newer one. */
  void passed(@Nullable Long fence) {
    if (fence != null) {
      ours.compareAndSet(fence, NONE);
    }
  }
}
