package bellwether.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One thread that waits for sockets and for moments, and does what is due, one after the other. */
public final class SelectorLoop implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** What a channel is registered with. Must not throw: there is nobody to catch it. */
  @FunctionalInterface
  public interface Ready {
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

  private final List<Runnable> answers = new ArrayList<>(); // guarded by this

  public SelectorLoop(String name) {
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
  public void execute(Runnable action) {
    commands.add(action);
    selector.wakeup();
    if (!selector.isOpen()) { // perhaps too late for the thread to see it
      obey();
    }
  }

  /** Any thread; returns once it is done, and sockets that it has closed are closed. */
  public void call(Runnable action) {
    ask(
        () -> {
          action.run();
          return true;
        });
  }

  /** Any thread; returns what the loop's thread has found, as {@link #call} does. */
  public <T> T ask(Supplier<T> question) {
    if (Thread.currentThread() == thread) {
      return question.get();
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    execute(
        () -> {
          try {
            T found = question.get();
            answers.add(() -> answer.complete(found));
          } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
          }
        });
    requireSound();
    return Await.value("an answer of " + thread.getName(), LIMIT, answer);
  }

  /** The loop's thread only. */
  public void after(Duration delay, Runnable action) {
    timers.add(new Timer(System.nanoTime() + delay.toNanos(), timersMade++, action));
  }

  /** The loop's thread only. */
  public SelectionKey register(SelectableChannel channel, int interest, Ready ready)
      throws ClosedChannelException {
    return channel.register(selector, interest, ready);
  }

  /** Fails if the thread has: whatever was found after that means nothing. */
  public void requireSound() {
    if (failure != null) {
      throw new AssertionError(thread.getName() + " has failed", failure);
    }
  }

  /** Closes every channel that is registered. What is asked after that is done by who asks. */
  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    if (Thread.currentThread() != thread) {
      try {
        thread.join(LIMIT.toMillis());
      } catch (InterruptedException e) {
        throw Await.interrupted(e);
      }
    }
  }

  private void run() {
    try {
      while (!closing) {
        long wait = untilNextTimer();
        if (wait <= 0) {
          selector.selectNow(SelectorLoop::dispatch);
        } else {
          selector.select(SelectorLoop::dispatch, wait);
        }
        obey();
        runTimers();
      }
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    } finally {
      closeAll();
      obey();
    }
  }

  private static void dispatch(SelectionKey key) {
    if (key.isValid()) { // another's turn in this very round may have closed it
      ((Ready) key.attachment()).ready(key);
    }
  }

  private synchronized void obey() {
    for (Runnable next = commands.poll(); next != null; next = commands.poll()) {
      next.run();
    }
    if (!answers.isEmpty()) {
      giveUpClosedChannels();
      answers.forEach(Runnable::run);
      answers.clear();
    }
  }

  /** A registered channel's socket lives on, closed or not, until the selector next selects. */
  private void giveUpClosedChannels() {
    try {
      if (selector.isOpen()) {
        selector.selectNow(SelectorLoop::dispatch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
