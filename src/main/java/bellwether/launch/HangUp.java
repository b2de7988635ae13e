package bellwether.launch;

import java.util.Locale;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;

/**
 * The end of a request without an answer. An {@code EventSource} whose connection is closed comes
 * back. One that gets any status but 200 never does, so it must not get a status that only says
 * that the server is in trouble.
 */
final class HangUp {
  private static final String EVENT_STREAM = "text/event-stream";

  private HangUp() {}

  /** Returns whether the request is for an event stream, so that its client comes back. */
  static boolean suits(Request request) {
    for (HttpField field : request.getHeaders()) {
      if (field.getHeader() == HttpHeader.ACCEPT
          && field.getValue().toLowerCase(Locale.ROOT).contains(EVENT_STREAM)) {
        return true;
      }
    }
    return false;
  }

  /** Closes the connection, or over HTTP/2 the one stream, and then fails the callback. */
  static void on(Request request, Callback callback) {
    Connection connection = request.getConnectionMetaData().getConnection();
    if (connection instanceof HTTP2Connection http2) {
      int id = Integer.parseInt(request.getId());
      Stream stream = http2.getSession().getStream(id);
      if (stream != null) {
        stream.reset(new ResetFrame(id, ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
      }
    } else {
      connection.getEndPoint().close();
    }
    callback.failed(new QuietException.Exception("hung up"));
  }
}
