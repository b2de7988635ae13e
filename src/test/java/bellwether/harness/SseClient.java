package bellwether.harness;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One GET of HTTP/1.1 over a plain socket, whose body goes to a {@link BodySink} as it comes. It is
 * strict, sees how a connection ends, and a thousand of them need one thread. Made by {@link #open}
 * with a thread of its own, or by a {@link SseClientGroup} that shares one among many.
 */
public final class SseClient extends StreamClient {
  private final SseClientGroup group;
  private final SocketChannel channel;
  private final boolean ownsGroup;
  private final ResponseDecoder decoder;

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

  @Override
  public void stopReading() {
    group.interest(this, false);
  }

  @Override
  public void resumeReading() {
    group.interest(this, true);
  }

  @Override
  public void reset() {
    group.leave(this, true);
    closeOwnGroup();
  }

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
        head.complete(
            new Head(HttpClient.Version.HTTP_1_1, decoder.status(), Map.copyOf(decoder.headers())));
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
