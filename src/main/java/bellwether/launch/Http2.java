package bellwether.launch;

import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.internal.HTTP2ServerConnection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.Callback;

/**
 * Makes HTTP/2 connections that tell all responses under way when the client has closed its side of
 * the connection. If the client has announced that, Jetty's own connections let responses go on,
 * and a thread that writes one finds out much later that the client is gone.
 */
final class Http2 {
  private Http2() {}

  /** Returns a factory for connections over TLS. */
  static HTTP2ServerConnectionFactory secure(HttpConfiguration configuration) {
    return new HTTP2ServerConnectionFactory(configuration) {
      @Override
      protected HTTPServerSessionListener newSessionListener(
          Connector connector, EndPoint endPoint) {
        return new HTTPServerSessionListener(endPoint) {
          @Override
          public void onFailure(Session session, Throwable failure, Callback callback) {
            tellResponses(session, endPoint, failure);
            super.onFailure(session, failure, callback);
          }
        };
      }
    };
  }

  /** Returns a factory for connections without TLS. */
  static HTTP2CServerConnectionFactory plain(HttpConfiguration configuration) {
    return new HTTP2CServerConnectionFactory(configuration) {
      @Override
      protected HTTPServerSessionListener newSessionListener(
          Connector connector, EndPoint endPoint) {
        return new HTTPServerSessionListener(endPoint) {
          @Override
          public void onFailure(Session session, Throwable failure, Callback callback) {
            tellResponses(session, endPoint, failure);
            super.onFailure(session, failure, callback);
          }
        };
      }
    };
  }

  /**
   * Tells the responses under way. A request without a response yet goes on, because it may be
   * changing something.
   */
  private static void tellResponses(Session session, EndPoint endPoint, Throwable failure) {
    if (endPoint.getConnection() instanceof HTTP2ServerConnection connection) {
      for (Stream stream : session.getStreams()) {
        if (stream instanceof HTTP2Stream begun && begun.isCommitted()) {
          connection.onStreamFailure(stream, new EofException(failure), Callback.NOOP);
        }
      }
    }
  }
}
