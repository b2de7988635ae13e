package bellwether.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import jakarta.json.stream.JsonParserFactory;
import jakarta.json.stream.JsonParsingException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a client sends, read with distrust. */
final class RequestBody {
  private static final JsonParserFactory parsers = Json.createParserFactory(Map.of());
  private static final JsonBuilderFactory builders = Json.createBuilderFactory(Map.of());

  static final String JSON = "application/json";
  static final String JSON_LINES = "application/x-ndjson";
  static final String CSV = "text/csv";
  static final String FORM = "application/x-www-form-urlencoded";

  private static final int MOST_READ_AWAY = 1 << 20; // bytes

  private RequestBody() {}

  /**
   * Reads the one JSON object that the body is.
   *
   * @throws HttpProblem if it is anything else, or larger than {@code maxBytes}
   */
  static JsonObject json(HttpServletRequest request, int maxBytes) throws IOException {
    requireJson(request.getContentType());
    return parse(utf8(read(request, maxBytes)));
  }

  /**
   * Which of these the request says that its body is.
   *
   * @throws HttpProblem if it is none of them
   */
  static String typeOf(HttpServletRequest request, List<String> types) {
    for (String type : types) {
      if (isOfType(type, request.getContentType())) {
        return type;
      }
    }
    throw new HttpProblem(
        415,
        "Content-Type must be " + String.join(" or ", types),
        Map.of("Accept", String.join(", ", types)));
  }

  /**
   * Reads the one JSON array that the body is, object by object.
   *
   * @param consumer gets each as soon as it is read; may throw problems of its own
   * @throws HttpProblem if it is anything else, or larger than {@code maxBytes}
   */
  static void jsonArray(HttpServletRequest request, int maxBytes, Consumer<JsonObject> consumer)
      throws IOException {
    var unused =
        parse(utf8(read(request, maxBytes)), "array", parser -> elements(parser, consumer));
  }

  /**
   * Reads the JSON objects that the body is, one on each line; empty lines are passed over.
   *
   * @param consumer gets each as soon as it is read; may throw problems of its own
   * @throws HttpProblem if it is anything else, or larger than {@code maxBytes}
   */
  static void jsonLines(HttpServletRequest request, int maxBytes, Consumer<JsonObject> consumer)
      throws IOException {
    List<String> lines = utf8(read(request, maxBytes)).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        consumer.accept(line(i + 1, lines.get(i)));
      }
    }
  }

  private static JsonObject line(int number, String line) {
    try {
      return parse(line);
    } catch (HttpProblem e) {
      throw new HttpProblem(e.status(), "line " + number + ": " + e.detail());
    }
  }

  /**
   * Reads the text that the body is.
   *
   * @throws HttpProblem if it is no UTF-8, or larger than {@code maxBytes}
   */
  static String csv(HttpServletRequest request, int maxBytes) throws IOException {
    return utf8(read(request, maxBytes));
  }

  /**
   * Reads the form that the body is.
   *
   * @throws HttpProblem if it is anything else, or larger than {@code maxBytes}
   */
  static Form form(HttpServletRequest request, int maxBytes) throws IOException {
    return new Form(utf8(read(request, maxBytes)));
  }

  /** Takes the media type with or without {@code charset=utf-8}; we know no other encoding. */
  static void requireJson(@Nullable String contentType) {
    if (!isOfType(JSON, contentType)) {
      throw new HttpProblem(415, "Content-Type must be application/json", Map.of("Accept", JSON));
    }
  }

  private static boolean isOfType(String mediaType, @Nullable String contentType) {
    String compact =
        contentType == null
            ? ""
            : contentType.toLowerCase(Locale.ROOT).replaceAll("[\\s\"]", "").replaceAll(";+$", "");
    return compact.equals(mediaType) || compact.equals(mediaType + ";charset=utf-8");
  }

  private static byte[] read(HttpServletRequest request, int maxBytes) throws IOException {
    boolean isSaidTooLarge = request.getContentLengthLong() > maxBytes;
    byte[] body = isSaidTooLarge ? new byte[0] : request.getInputStream().readNBytes(maxBytes + 1);
    if (isSaidTooLarge || body.length > maxBytes) {
      readAway(request);
      throw new HttpProblem(413, "the body is larger than " + maxBytes + " bytes");
    }
    return body;
  }

  /**
   * Reads some of a body that nobody wants: a server that closes a connection on which more arrives
   * resets it, and the client may never see the answer.
   */
  private static void readAway(HttpServletRequest request) throws IOException {
    if (request.getHeader("Expect") != null) {
      return; // the client sends nothing until it is told to go on
    }
    byte[] discarded = new byte[8192];
    for (int left = MOST_READ_AWAY; left > 0; ) {
      int length = request.getInputStream().read(discarded);
      if (length < 0) {
        return;
      }
      left -= length;
    }
  }

  /** Whether the request has a body of which something has not been read. */
  static boolean isUnread(HttpServletRequest request) throws IOException {
    boolean hasBody =
        request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    return hasBody && !request.getInputStream().isFinished();
  }

  static String utf8(byte[] body) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new HttpProblem(400, "the body is not well-formed UTF-8");
    }
  }

  static JsonObject parse(String text) {
    return parse(text, "object", RequestBody::object);
  }

  /**
   * Parses the text of one value. Piece by piece, because the library's reader does not mind what
   * follows the value, and its parser does not mind a name given twice.
   */
  private static <T> T parse(String text, String kind, Function<JsonParser, T> value) {
    try (JsonParser parser = parsers.createParser(new StringReader(text))) {
      T result = value.apply(parser);
      if (parser.hasNext()) {
        throw new HttpProblem(400, "something follows the JSON " + kind);
      }
      return result;
    } catch (HttpProblem e) {
      throw e;
    } catch (JsonParsingException e) {
      var place = e.getLocation();
      throw new HttpProblem(
          400,
          "the body is not valid JSON: line "
              + place.getLineNumber()
              + ", column "
              + place.getColumnNumber());
    } catch (RuntimeException e) { // how the library refuses deep nesting and endless numbers
      throw new HttpProblem(400, "the body is not JSON that we take: " + e.getMessage());
    }
  }

  private static JsonObject object(JsonParser parser) {
    if (parser.next() != Event.START_OBJECT) {
      throw new HttpProblem(400, "the body is not a JSON object");
    }
    return fields(parser, "");
  }

  private static boolean elements(JsonParser parser, Consumer<JsonObject> consumer) {
    if (parser.next() != Event.START_ARRAY) {
      throw new HttpProblem(400, "the body is not a JSON array");
    }
    Event event = parser.next();
    for (int row = 1; event != Event.END_ARRAY; row++) {
      if (event != Event.START_OBJECT) {
        throw new HttpProblem(400, "row " + row + " is not a JSON object");
      }
      consumer.accept(fields(parser, "row " + row + ": "));
      event = parser.next();
    }
    return true;
  }

  private static JsonObject fields(JsonParser parser, String where) {
    JsonObjectBuilder object = builders.createObjectBuilder();
    Set<String> names = new HashSet<>();
    while (parser.next() == Event.KEY_NAME) {
      String name = parser.getString();
      if (!names.add(name)) {
        throw new HttpProblem(400, where + "field " + name + " is given twice");
      }
      parser.next();
      object.add(name, parser.getValue());
    }
    return object.build();
  }
}
