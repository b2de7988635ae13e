package bellwether.harness;

import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A stream that is one of an {@link Http2Connection}'s many. The JDK's client lets nobody say which
 * streams share a connection, nor hold one of them back.
 */
final class Http2Client extends StreamClient implements Stream.Listener {
  private final BodySink sink;
  private @Nullable Stream stream; // set before the test has it
  private volatile boolean reading = true;

  Http2Client(BodySink sink) {
    this.sink = sink;
  }

  void opened(Stream newStream) {
    stream = newStream;
  }

  @Override
  public void onHeaders(Stream from, HeadersFrame frame) {
    if (frame.getMetaData() instanceof MetaData.Response response) {
      head.complete(headOf(response));
    }
    if (frame.isEndStream()) {
      end.complete(End.COMPLETE);
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
    sink.body(piece);
    if (isLast) {
      end.complete(End.COMPLETE);
    } else {
      from.demand();
    }
  }

  @Override
  public void onReset(Stream from, ResetFrame frame, Callback callback) {
    end.complete(End.CUT);
    callback.succeeded();
  }

  @Override
  public void onFailure(
      Stream from, int error, String reason, Throwable failure, Callback callback) {
    end.complete(End.CUT);
    callback.succeeded();
  }

  private static Head headOf(MetaData.Response response) {
    Map<String, List<String>> headers = new HashMap<>();
    for (HttpField field : response.getHttpFields()) {
      headers
          .computeIfAbsent(field.getLowerCaseName(), name -> new ArrayList<>())
          .add(field.getValue());
    }
    return new Head(HttpClient.Version.HTTP_2, response.getStatus(), headers);
  }

  /** The others of its connection go on. */
  @Override
  public void stopReading() {
    reading = false;
  }

  @Override
  public void resumeReading() {
    reading = true;
    mine().demand();
  }

  /** As a browser does when its page is closed. */
  @Override
  public void reset() {
    end.complete(End.CLOSED);
    mine().reset(new ResetFrame(mine().getId(), ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
  }

  @Override
  public void close() {
    reset();
  }

  private Stream mine() {
    Stream opened = stream;
    if (opened == null) {
      throw new IllegalStateException("not opened");
    }
    return opened;
  }
}
