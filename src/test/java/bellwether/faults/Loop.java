package bellwether.faults;

import bellwether.harness.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One thread that waits for sockets and for moments, and does what is due, one after the other. */
final class Loop implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** What a channel is registered with. Must not throw: there is nobody to catch it. */
  @FunctionalInterface
  interface Ready {
    void ready(SelectionKey key);
  }

  private record Timer(long at, long number, Runnable action) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      long difference = at == other.at ? number - other.number : at - other.at;
      return Long.signum(difference);
    }
  }

  private final Selector selector;
  private final Thread thread;
  private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private volatile boolean closing;
  private volatile @Nullable Throwable failure;

  // Confined to the thread.
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private long timersMade;

  Loop(String name) {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Any thread; returns at once. */
  void execute(Runnable action) {
    commands.add(action);
    selector.wakeup();
  }

  /** Any thread but the loop's own; returns what the loop's thread has found. */
  <T> T ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    execute(
        () -> {
          try {
            answer.complete(question.get());
          } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
          }
        });
    requireSound();
    return Await.value("an answer of " + thread.getName(), LIMIT, answer);
  }

  /** The loop's thread only. */
  void after(Duration delay, Runnable action) {
    timers.add(new Timer(System.nanoTime() + delay.toNanos(), timersMade++, action));
  }

  /** The loop's thread only. */
  SelectionKey register(SelectableChannel channel, int interest, Ready ready)
      throws ClosedChannelException {
    return channel.register(selector, interest, ready);
  }

  /** Fails if the thread has: whatever was found after that means nothing. */
  void requireSound() {
    if (failure != null) {
      throw new AssertionError(thread.getName() + " has failed", failure);
    }
  }

  /** Closes every channel that is registered. */
  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    try {
      thread.join(LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closing) {
        long wait = untilNextTimer();
        if (wait <= 0) {
          selector.selectNow(Loop::dispatch);
        } else {
          selector.select(Loop::dispatch, wait);
        }
        for (Runnable next = commands.poll(); next != null; next = commands.poll()) {
          next.run();
        }
        runTimers();
      }
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    } finally {
      closeAll();
    }
  }

  private static void dispatch(SelectionKey key) {
    if (key.isValid()) { // another's turn in this very round may have closed it
      ((Ready) key.attachment()).ready(key);
    }
  }

  /** Milliseconds, rounded up, so that a timer is not waited for by spinning. */
  private long untilNextTimer() {
    Timer next = timers.peek();
    if (next == null) {
      return LIMIT.toMillis();
    }
    long nanos = next.at() - System.nanoTime();
    return nanos <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
  }

  private void runTimers() {
    long now = System.nanoTime();
    for (Timer next = timers.peek(); next != null && next.at() <= now; next = timers.peek()) {
      timers.remove();
      next.action().run();
    }
  }

  private void closeAll() {
    try (selector) {
      for (SelectionKey key : List.copyOf(selector.keys())) {
        key.channel().close();
      }
      selector.selectNow();
    } catch (IOException e) {
      failure = failure == null ? e : failure;
    }
  }
}
