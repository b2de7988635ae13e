package bellwether.stream;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets go of something in the end, unless another object has taken charge of it. It is made before
 * that thing is, so that not even want of memory comes between taking it and knowing of it.
 */
final class Undo<T> implements AutoCloseable {
  private final Consumer<? super T> letGo;
  private @Nullable T taken;

  Undo(Consumer<? super T> letGo) {
    this.letGo = letGo;
  }

  /** Takes charge of this, if it is anything. */
  void of(@Nullable T newTaken) {
    taken = newTaken;
  }

  /** Another object has taken charge of it. */
  void handOver() {
    taken = null;
  }

  /** Throws nothing: what went wrong before is what is to be told. */
  @Override
  public void close() {
    try {
      if (taken != null) {
        letGo.accept(taken);
      }
    } catch (Throwable e) {
      // No memory for it, or the container has completed the request by itself.
    }
  }
}
