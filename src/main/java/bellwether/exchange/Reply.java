package bellwether.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;

/**
 * A whole answer to a request, to be written now or later.
 *
 * @param headers besides {@code Content-Type} and {@code Content-Length}
 * @param body is not changed any more
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Reply(int status, String mediaType, Map<String, String> headers, byte[] body) {
  private static final Map<String, String> NOT_STORED =
      Map.of("Cache-Control", Answer.DO_NOT_STORE);

  public static Reply json(int status, String text) {
    return json(status, text.getBytes(UTF_8));
  }

  /**
   * Returns an answer in JSON.
   *
   * @param utf8 the text of the JSON
   */
  public static Reply json(int status, byte[] utf8) {
    return new Reply(status, "application/json", NOT_STORED, utf8);
  }

  /** Returns an answer without content: it has been done. */
  public static Reply done() {
    return new Reply(HttpServletResponse.SC_NO_CONTENT, "", NOT_STORED, new byte[0]);
  }

  public static Reply text(String text) {
    return new Reply(
        HttpServletResponse.SC_OK, "text/plain;charset=utf-8", NOT_STORED, text.getBytes(UTF_8));
  }

  /** Sets the status and all headers; the response must not have been committed. */
  void writeHead(HttpServletResponse response) {
    if (status == HttpServletResponse.SC_NO_CONTENT) {
      response.setStatus(status);
      headers.forEach(response::setHeader);
    } else {
      writeHeadWithoutLength(response);
      response.setContentLength(body.length);
    }
  }

  void writeHeadWithoutLength(HttpServletResponse response) {
    response.setStatus(status);
    headers.forEach(response::setHeader);
    response.setContentType(mediaType);
  }
}
