package bellwether.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** How a whole answer is written, once and with its length. */
final class Answer {
  private Answer() {}

  static void json(
      HttpServletRequest request, HttpServletResponse response, int status, String text)
      throws IOException {
    write(request, response, status, "application/json", text);
  }

  /** Writes the text in UTF-8; for HEAD only what would be said about it. */
  static void write(
      HttpServletRequest request,
      HttpServletResponse response,
      int status,
      String mediaType,
      String text)
      throws IOException {
    byte[] body = text.getBytes(UTF_8);
    response.setStatus(status);
    response.setContentType(mediaType);
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(body.length);
    if (!request.getMethod().equals("HEAD")) {
      response.getOutputStream().write(body);
    }
  }
}
