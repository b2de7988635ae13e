package bellwether.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Writes whole answers, each with its {@code Content-Length}. */
public final class Answer {
  public static final String DO_NOT_STORE = "no-store";

  /** Lets caches keep the answer, and use it again only after the server has confirmed it. */
  public static final String REVALIDATE = "no-cache";

  private Answer() {}

  public static void json(
      HttpServletRequest request, HttpServletResponse response, int status, String text)
      throws IOException {
    write(request, response, status, "application/json", text);
  }

  /** Answers with JSON that has an {@code ETag}, which caches keep and revalidate. */
  public static void revalidated(
      HttpServletRequest request, HttpServletResponse response, String text) throws IOException {
    response.setHeader("Cache-Control", REVALIDATE);
    write(request, response, HttpServletResponse.SC_OK, "application/json", text.getBytes(UTF_8));
  }

  /** Writes the text in UTF-8. For HEAD it writes the headers only. */
  public static void write(
      HttpServletRequest request,
      HttpServletResponse response,
      int status,
      String mediaType,
      String text)
      throws IOException {
    response.setHeader("Cache-Control", DO_NOT_STORE);
    write(request, response, status, mediaType, text.getBytes(UTF_8));
  }

  private static void write(
      HttpServletRequest request,
      HttpServletResponse response,
      int status,
      String mediaType,
      byte[] body)
      throws IOException {
    response.setStatus(status);
    response.setContentType(mediaType);
    response.setContentLength(body.length);
    if (!request.getMethod().equals("HEAD")) {
      response.getOutputStream().write(body);
    }
  }
}
