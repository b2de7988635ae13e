package bellwether.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The whole body of a request, and checks of its type. {@link Exchanges#withBody} reads the body;
 * its type is checked before.
 */
public final class RequestBody {
  public static final String JSON = "application/json";
  public static final String JSON_LINES = "application/x-ndjson";
  public static final String CSV = "text/csv";
  public static final String FORM = "application/x-www-form-urlencoded";

  private static final String NO_CODING = "identity";
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private final byte[] bytes;
  private final int length;

  /**
   * @param bytes of which the first {@code length} are the body
   */
  RequestBody(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  /**
   * Returns the media type of the request's body, which must be one of these.
   *
   * @throws HttpProblem if the {@code Content-Type} is another one, or names a charset other than
   *     UTF-8
   */
  public static String typeOf(HttpServletRequest request, List<String> types) {
    MediaType type = MediaType.parse(request.getContentType());
    if (!types.contains(type.name())) {
      throw unsupportedType("must be " + String.join(" or ", types), types);
    }
    if (!type.isUtf8()) {
      throw unsupportedType("must have no charset, or UTF-8", types);
    }
    return type.name();
  }

  private static HttpProblem unsupportedType(String detail, List<String> types) {
    return new HttpProblem(
        415, "Content-Type " + detail, Map.of("Accept", String.join(", ", types)));
  }

  /** Checks that the request's body is a form. Fails as {@link #typeOf} does. */
  public static void requireForm(HttpServletRequest request) {
    var unused = typeOf(request, List.of(FORM));
  }

  /** Checks that the request's body is a form, if it says what it is. */
  public static void requireFormIfAny(HttpServletRequest request) {
    if (request.getContentType() != null) {
      requireForm(request);
    }
  }

  /** Checks that the request's body is JSON. Fails as {@link #typeOf} does. */
  public static void requireJson(HttpServletRequest request) {
    var unused = typeOf(request, List.of(JSON));
  }

  static void requireNoCoding(HttpServletRequest request) {
    for (String header : Collections.list(request.getHeaders("Content-Encoding"))) {
      for (String coding : HeaderText.split(header, ',')) {
        if (!coding.isBlank() && !coding.strip().equalsIgnoreCase(NO_CODING)) {
          throw new HttpProblem(
              415,
              "Content-Encoding must be identity: compressed bodies are not supported",
              Map.of("Accept-Encoding", NO_CODING));
        }
      }
    }
  }

  /** Returns whether some of the request's body has not been read. */
  static boolean isUnread(HttpServletRequest request) throws IOException {
    boolean hasBody =
        request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    return hasBody && !request.getInputStream().isFinished();
  }

  /** Returns the body as a JSON object. */
  public JsonObject json() {
    return JsonText.object(text());
  }

  /**
   * Reads a body that must be one JSON array of objects, object by object.
   *
   * @param consumer gets each as soon as it is read; may throw problems of its own
   */
  public void jsonArray(Consumer<JsonObject> consumer) {
    JsonText.array(text(), consumer);
  }

  /**
   * Reads a body that must be one JSON array of objects, or one object with that array as a member,
   * as a GET returns it.
   *
   * @param list the name of the member that is the array
   * @param others the names of the members to ignore
   */
  public void jsonArrayOrObject(String list, Set<String> others, Consumer<JsonObject> consumer) {
    String text = text();
    if (text.stripLeading().startsWith("{")) {
      JsonText.member(text, list, others, consumer);
    } else {
      JsonText.array(text, consumer);
    }
  }

  /**
   * Reads a body that must be JSON objects, one on each line; empty lines are skipped.
   *
   * @param consumer gets each as soon as it is read; may throw problems of its own
   */
  public void jsonLines(Consumer<JsonObject> consumer) {
    List<String> lines = text().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        consumer.accept(line(i + 1, lines.get(i)));
      }
    }
  }

  private static JsonObject line(int number, String line) {
    try {
      return JsonText.object(line);
    } catch (HttpProblem e) {
      throw new HttpProblem(e.status(), "line " + number + ": " + e.detail());
    }
  }

  /** Returns the body as a form. */
  public Form form() {
    String text = text();
    return Input.valid(() -> new Form(text));
  }

  /** Returns the body as a form; an empty body needs no type. */
  public Form optionalForm(HttpServletRequest request) {
    if (length == 0 && request.getContentType() == null) {
      return new Form("");
    }
    requireForm(request);
    return form();
  }

  /**
   * Returns the body as text, without the byte order mark that some editors and spreadsheets write
   * at its beginning.
   *
   * @throws HttpProblem if it is not well-formed UTF-8
   */
  public String text() {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new HttpProblem(400, "the body is not well-formed UTF-8");
    }
  }
}
