package bellwether.harness;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** A stream of events that is one of its connection's many. */
public final class Http2Stream implements Stream.Listener {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final EventRecorder recorder = new EventRecorder();
  private final CompletableFuture<MetaData.Response> head = new CompletableFuture<>();
  private final CompletableFuture<SseClient.End> end = new CompletableFuture<>();
  private final EventReader events = new EventReader(recorder, end::isDone);
  private @Nullable Stream stream; // set before the test has it
  private volatile boolean reading = true;

  void opened(Stream newStream) {
    stream = newStream;
  }

  @Override
  public void onHeaders(Stream from, HeadersFrame frame) {
    if (frame.getMetaData() instanceof MetaData.Response response) {
      head.complete(response);
    }
    if (frame.isEndStream()) {
      end.complete(SseClient.End.COMPLETE);
    } else {
      from.demand();
    }
  }

  @Override
  public void onDataAvailable(Stream from) {
    if (!reading) {
      return; // what it has is kept from being credited: its window closes
    }
    Stream.Data data = from.readData();
    if (data == null) {
      from.demand();
      return;
    }
    ByteBuffer bytes = data.frame().getByteBuffer();
    byte[] piece = new byte[bytes.remaining()];
    bytes.get(piece);
    boolean isLast = data.frame().isEndStream();
    data.release();
    recorder.body(piece);
    if (isLast) {
      end.complete(SseClient.End.COMPLETE);
    } else {
      from.demand();
    }
  }

  @Override
  public void onReset(Stream from, ResetFrame frame, Callback callback) {
    end.complete(SseClient.End.CUT);
    callback.succeeded();
  }

  @Override
  public void onFailure(
      Stream from, int error, String reason, Throwable failure, Callback callback) {
    end.complete(SseClient.End.CUT);
    callback.succeeded();
  }

  public EventRecorder recorder() {
    return recorder;
  }

  public EventReader events() {
    return events;
  }

  public MetaData.Response head() {
    return Await.value("an answer", LIMIT, head);
  }

  public boolean hasEnded() {
    return end.isDone();
  }

  public SseClient.End awaitEnd() {
    return Await.value("the end of the stream", LIMIT, end);
  }

  /** Takes no more; the others of its connection go on. */
  public void stopReading() {
    reading = false;
  }

  /** Leaves, as a browser does when its page is closed. */
  public void reset() {
    Stream mine = stream;
    if (mine == null) {
      throw new IllegalStateException("not opened");
    }
    mine.reset(new ResetFrame(mine.getId(), ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
  }
}
