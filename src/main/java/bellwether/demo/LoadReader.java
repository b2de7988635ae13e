package bellwether.demo;

import bellwether.wire.EventStreamParser;
import bellwether.wire.MessageEvent;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads one stream of a {@link LoadRun}. The HTTP client calls it from one thread at a time. */
final class LoadReader implements BodySubscriber<Void>, EventStreamParser.Listener {
  private static final int MAX_EVENT = 1 << 16; // bytes: what the load publishes is far smaller

  private final LongSupplier nanoTime;
  private final RecentLatencies latencies;
  private final LongAdder delivered;
  private final LongAdder bytes;
  private final LongAdder missing;
  private final Consumer<LoadReader> onEnd;
  private final EventStreamParser parser = new EventStreamParser(this, MAX_EVENT);
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private long last; // number of the last event; 0 before the first
  private Flow.@Nullable Subscription source; // guarded by this
  private boolean isLeft; // guarded by this

  LoadReader(
      LongSupplier nanoTime,
      RecentLatencies latencies,
      LongAdder delivered,
      LongAdder bytes,
      LongAdder missing,
      Consumer<LoadReader> onEnd) {
    this.nanoTime = nanoTime;
    this.latencies = latencies;
    this.delivered = delivered;
    this.bytes = bytes;
    this.missing = missing;
    this.onEnd = onEnd;
  }

  /** Closes the connection, or has it closed as soon as it opens. Any thread. */
  void leave() {
    Flow.Subscription current;
    synchronized (this) {
      isLeft = true;
      current = source;
    }
    if (current != null) {
      current.cancel();
    }
    finish();
  }

  @Override
  public CompletionStage<Void> getBody() {
    return end;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    boolean isLate;
    synchronized (this) {
      source = subscription;
      isLate = isLeft;
    }
    if (isLate) {
      subscription.cancel();
    } else {
      subscription.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.get(copy);
      bytes.add(copy.length);
      parser.feed(copy);
    }
  }

  @Override
  public void onError(Throwable failure) {
    finish();
  }

  @Override
  public void onComplete() {
    finish();
  }

  @Override
  public void onEvent(MessageEvent event) {
    int space = event.data().indexOf(' ');
    if (!event.type().equals("message") || space < 0) {
      return; // the server's own event
    }
    long number;
    long published;
    try {
      number = Long.parseLong(event.data(), 0, space, 10);
      published = Long.parseLong(event.data(), space + 1, event.data().length(), 10);
    } catch (NumberFormatException e) {
      return; // another client publishes here
    }
    if (last > 0 && number > last + 1) {
      missing.add(number - last - 1);
    }
    last = number;
    delivered.increment();
    latencies.add(nanoTime.getAsLong() - published);
  }

  private void finish() {
    onEnd.accept(this);
    end.complete(null);
  }
}
