package bellwether.harness;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One GET over a plain socket, whose body goes to a {@link BodySink} as it comes. Made by {@link
 * #open} with a thread of its own, or by a {@link SseClientGroup} that shares one among many.
 */
public final class SseClient implements AutoCloseable {
  private static final Duration HEAD_LIMIT = Duration.ofSeconds(15);

  /** How a stream came to its end. */
  public enum End {
    /** The response is whole. */
    COMPLETE,
    /** The connection was reset, or ended in the middle of the response. */
    CUT,
    /** {@link #close} or {@link #reset} was called here. */
    CLOSED
  }

  private record Head(int status, Map<String, List<String>> headers) {}

  private final SseClientGroup group;
  private final SocketChannel channel;
  private final boolean ownsGroup;
  private final ResponseDecoder decoder;
  private final CompletableFuture<Head> head = new CompletableFuture<>();
  private final CompletableFuture<End> end = new CompletableFuture<>();

  SseClient(SseClientGroup group, SocketChannel channel, BodySink sink, boolean ownsGroup) {
    this.group = group;
    this.channel = channel;
    this.ownsGroup = ownsGroup;
    this.decoder =
        new ResponseDecoder(
            bytes -> {
              if (!end.isDone()) { // else the sink has left in the middle of a read
                sink.body(bytes);
              }
            });
  }

  /** Sends the request and returns; {@link #status} waits for the answer. */
  public static SseClient open(URI uri, Map<String, String> headers, BodySink sink) {
    SseClientGroup group = new SseClientGroup();
    try {
      return group.open(uri, headers, sink, true);
    } catch (RuntimeException e) {
      group.close();
      throw e;
    }
  }

  public int status() {
    return head().status();
  }

  /** By lower-case name. */
  public Map<String, List<String>> headers() {
    return head().headers();
  }

  private Head head() {
    return Await.value("an answer", HEAD_LIMIT, head);
  }

  public boolean hasEnded() {
    return end.isDone();
  }

  /** Fails if the stream has not ended in time, or because of what its sink or its bytes did. */
  public End awaitEnd(Duration limit) {
    return Await.value("the end of the stream", limit, end);
  }

  /** The socket stays open, but nobody takes what arrives: a stalled reader. */
  public void stopReading() {
    group.interest(this, false);
  }

  public void resumeReading() {
    group.interest(this, true);
  }

  /** Leaves without a word (RST). Returns when it is done. */
  public void reset() {
    group.leave(this, true);
    closeOwnGroup();
  }

  /** Leaves in order (FIN). Returns when it is done. */
  @Override
  public void close() {
    group.leave(this, false);
    closeOwnGroup();
  }

  private void closeOwnGroup() {
    if (ownsGroup) {
      group.close();
    }
  }

  // What follows is called by the group's thread only.

  SocketChannel channel() {
    return channel;
  }

  /** Reads once; returns whether there is more to come. */
  boolean read(ByteBuffer shared) {
    try {
      int count = channel.read(shared.clear());
      if (count < 0) {
        ended(decoder.mayEnd() ? End.COMPLETE : End.CUT, null);
        return false;
      }
      decoder.decode(shared.flip());
      if (decoder.hasHead() && !head.isDone()) {
        head.complete(new Head(decoder.status(), Map.copyOf(decoder.headers())));
      }
      if (decoder.isComplete()) {
        ended(End.COMPLETE, null);
      }
    } catch (ProtocolException | RuntimeException | Error e) {
      ended(End.CUT, e);
    } catch (IOException e) {
      ended(End.CUT, null);
    }
    return !end.isDone();
  }

  void ended(End how, @Nullable Throwable failure) {
    if (failure == null) {
      end.complete(how);
      head.completeExceptionally(new ConnectException("The stream ended before its answer"));
    } else {
      end.completeExceptionally(failure);
      head.completeExceptionally(failure);
    }
  }
}
