package bellwether.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** Writes whole answers. */
public final class Answer {
  public static final String DO_NOT_STORE = "no-store";

  /** Lets caches keep the answer, and use it again only after the server has confirmed it. */
  public static final String REVALIDATE = "no-cache";

  /** The size of Tomcat's buffer: larger ones would be allocated. */
  private static final int MOST_KEPT = 8192;

  /** The size in which Jetty allocates. */
  private static final int LEAST_BUFFER = 4096;

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

  /**
   * Writes a small answer on this thread, which waits if the client takes it slowly. {@link
   * Exchanges#answer} is for large answers.
   */
  static void write(HttpServletRequest request, HttpServletResponse response, Reply reply)
      throws IOException {
    boolean isHead = request.getMethod().equals("HEAD");
    if (isHead || !isKept(reply) || UnreadBodyFilter.isAround(request)) {
      reply.writeHead(response);
    } else {
      keep(response, reply);
    }
    if (!isHead) {
      response.getOutputStream().write(reply.body());
    }
  }

  /** Returns whether the answer fits into the buffer of a response. */
  static boolean isKept(Reply reply) {
    return reply.body().length < MOST_KEPT;
  }

  /**
   * Has the container keep the answer until the request is over: then it says the length, and waits
   * for no client. Had we said the length, Jetty would wait in the write that completes it.
   */
  private static void keep(HttpServletResponse response, Reply reply) {
    response.resetBuffer(); // else its size cannot be set
    // Jetty writes a buffer that is full; what nobody takes holds no more memory than it needs.
    response.setBufferSize(Math.max(LEAST_BUFFER, reply.body().length + 1));
    reply.writeHeadWithoutLength(response);
  }
}
