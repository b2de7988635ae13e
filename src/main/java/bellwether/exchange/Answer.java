package bellwether.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** Writes whole answers, each with its {@code Content-Length}. */
public final class Answer {
  public static final String DO_NOT_STORE = "no-store";

  /** Lets caches keep the answer, and use it again only after the server has confirmed it. */
  public static final String REVALIDATE = "no-cache";

  private Answer() {}

  public static void json(
      HttpServletRequest request, HttpServletResponse response, int status, String text)
      throws IOException {
    write(request, response, Reply.json(status, text));
  }

  /** Answers with JSON that has an {@code ETag}, which caches keep and revalidate. */
  public static void revalidated(
      HttpServletRequest request, HttpServletResponse response, String text) throws IOException {
    write(
        request,
        response,
        new Reply(
            HttpServletResponse.SC_OK,
            "application/json",
            Map.of("Cache-Control", REVALIDATE),
            text.getBytes(UTF_8)));
  }

  /** Writes the text in UTF-8. For HEAD it writes the headers only. */
  public static void write(
      HttpServletRequest request,
      HttpServletResponse response,
      int status,
      String mediaType,
      String text)
      throws IOException {
    write(
        request,
        response,
        new Reply(status, mediaType, Map.of("Cache-Control", DO_NOT_STORE), text.getBytes(UTF_8)));
  }

  /**
   * Writes a small answer on this thread, which waits if the client takes it slowly. {@link
   * Exchanges#answer} is for large answers.
   */
  static void write(HttpServletRequest request, HttpServletResponse response, Reply reply)
      throws IOException {
    reply.writeHead(response);
    if (!request.getMethod().equals("HEAD")) {
      response.getOutputStream().write(reply.body());
    }
  }
}
