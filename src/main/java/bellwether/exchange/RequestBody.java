package bellwether.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.wire.PlainText;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import jakarta.json.stream.JsonParserFactory;
import jakarta.json.stream.JsonParsingException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.StringReader;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reads and checks the bodies of requests. */
public final class RequestBody {
  private static final JsonParserFactory parsers = Json.createParserFactory(Map.of());
  private static final JsonBuilderFactory builders = Json.createBuilderFactory(Map.of());

  public static final String JSON = "application/json";
  public static final String JSON_LINES = "application/x-ndjson";
  public static final String CSV = "text/csv";
  public static final String FORM = "application/x-www-form-urlencoded";

  private static final String NO_CODING = "identity";
  private static final String BYTE_ORDER_MARK = "\ufeff";
  private static final int MAX_DEPTH = 500; // far more than any sensible document has
  private static final int MAX_READ_AWAY = 1 << 20; // bytes

  private RequestBody() {}

  /**
   * Reads a body that must be one JSON object.
   *
   * @throws HttpProblem if it is anything else, or larger than {@code maxBytes}
   */
  public static JsonObject json(HttpServletRequest request, int maxBytes) throws IOException {
    var unused = typeOf(request, List.of(JSON));
    return parse(utf8(read(request, maxBytes)));
  }

  /**
   * Returns the media type of the body, which must be one of these.
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

  /**
   * Reads a body that must be one JSON array of objects, object by object.
   *
   * @param consumer gets each as soon as it is read; may throw problems of its own
   * @throws HttpProblem if it is anything else, or larger than {@code maxBytes}
   */
  public static void jsonArray(
      HttpServletRequest request, int maxBytes, Consumer<JsonObject> consumer) throws IOException {
    var unused =
        parse(utf8(read(request, maxBytes)), "array", parser -> elements(parser, consumer));
  }

  /**
   * Reads a body that must be one JSON array of objects, or one object with that array as a member,
   * as a GET returns it.
   *
   * @param list the name of the member that is the array
   * @param others the names of the members to ignore
   */
  public static void jsonArrayOrObject(
      HttpServletRequest request,
      int maxBytes,
      String list,
      Set<String> others,
      Consumer<JsonObject> consumer)
      throws IOException {
    String text = utf8(read(request, maxBytes));
    if (text.stripLeading().startsWith("{")) {
      var unused = parse(text, "object", parser -> listed(parser, list, others, consumer));
    } else {
      var unused = parse(text, "array", parser -> elements(parser, consumer));
    }
  }

  /**
   * Reads a body that must be JSON objects, one on each line; empty lines are skipped.
   *
   * @param consumer gets each as soon as it is read; may throw problems of its own
   * @throws HttpProblem if it is anything else, or larger than {@code maxBytes}
   */
  public static void jsonLines(
      HttpServletRequest request, int maxBytes, Consumer<JsonObject> consumer) throws IOException {
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
   * Reads the body as text.
   *
   * @throws HttpProblem if it is not UTF-8, or larger than {@code maxBytes}
   */
  public static String csv(HttpServletRequest request, int maxBytes) throws IOException {
    return utf8(read(request, maxBytes));
  }

  /**
   * Reads a body that must be a form.
   *
   * @throws HttpProblem if it is anything else, or larger than {@code maxBytes}
   */
  public static Form form(HttpServletRequest request, int maxBytes) throws IOException {
    return new Form(utf8(read(request, maxBytes)));
  }

  /**
   * Reads a body that is a form or empty; an empty one needs no {@code Content-Type}.
   *
   * @throws HttpProblem if it is anything else, or larger than {@code maxBytes}
   */
  public static Form optionalForm(HttpServletRequest request, int maxBytes) throws IOException {
    if (request.getContentType() == null) {
      byte[] body = read(request, maxBytes);
      if (body.length == 0) {
        return new Form("");
      }
    }
    var unused = typeOf(request, List.of(FORM));
    return Input.valid(() -> form(request, maxBytes));
  }

  private static byte[] read(HttpServletRequest request, int maxBytes) throws IOException {
    requireNoCoding(request);
    try {
      boolean isSaidTooLarge = request.getContentLengthLong() > maxBytes;
      byte[] body =
          isSaidTooLarge ? new byte[0] : request.getInputStream().readNBytes(maxBytes + 1);
      if (isSaidTooLarge || body.length > maxBytes) {
        readAway(request);
        throw new HttpProblem(413, "the body is larger than " + maxBytes + " bytes");
      }
      return body;
    } catch (IOException e) {
      if (isTimeout(e)) { // to a container it would be our fault
        throw new HttpProblem(408, "the body did not arrive in time");
      }
      throw e;
    }
  }

  /** Jetty says it by the cause. */
  private static boolean isTimeout(IOException e) {
    return e instanceof SocketTimeoutException || e.getCause() instanceof TimeoutException;
  }

  private static void requireNoCoding(HttpServletRequest request) {
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

  /**
   * Reads and discards some of a body that is too large. If the server closed the connection while
   * the client still sends, the connection would be reset, and the client might never see the
   * answer.
   */
  private static void readAway(HttpServletRequest request) throws IOException {
    if (request.getHeader("Expect") != null) {
      return; // the client sends nothing until it is told to go on
    }
    byte[] discarded = new byte[8192];
    for (int left = MAX_READ_AWAY; left > 0; ) {
      int length = request.getInputStream().read(discarded);
      if (length < 0) {
        return;
      }
      left -= length;
    }
  }

  /** Returns whether some of the request's body has not been read. */
  static boolean isUnread(HttpServletRequest request) throws IOException {
    boolean hasBody =
        request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    return hasBody && !request.getInputStream().isFinished();
  }

  /**
   * Decodes a body as UTF-8, without the byte order mark that some editors and spreadsheets write
   * at its beginning.
   */
  static String utf8(byte[] body) {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new HttpProblem(400, "the body is not well-formed UTF-8");
    }
  }

  static JsonObject parse(String text) {
    return parse(text, "object", RequestBody::object);
  }

  /**
   * Parses a text that must be one JSON value. It does so piece by piece, because the library's
   * reader ignores what follows the value, and its parser accepts a name that is given twice.
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
      throw new HttpProblem(400, "the body is not acceptable JSON: " + e.getMessage());
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
    return rows(parser, consumer);
  }

  private static boolean listed(
      JsonParser parser, String list, Set<String> others, Consumer<JsonObject> consumer) {
    parser.next(); // the beginning of the object
    Set<String> names = new HashSet<>();
    while (parser.next() == Event.KEY_NAME) {
      String name = name(parser, "", names);
      Event value = parser.next();
      if (name.equals(list) && value == Event.START_ARRAY) {
        var unused = rows(parser, consumer);
      } else if (others.contains(name)) {
        var unused = value(value, parser, "", 2);
      } else {
        throw new HttpProblem(400, "the body is neither a JSON array nor an object with " + list);
      }
    }
    if (!names.contains(list)) {
      throw new HttpProblem(400, list + " is missing");
    }
    return true;
  }

  private static boolean rows(JsonParser parser, Consumer<JsonObject> consumer) {
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

  /**
   * Reads the rest of an object, value by value. The library would keep only the last value of a
   * name that is given twice, and would accept an escape such as <code>&#92;ud83d</code>, which is
   * not valid Unicode. Since this method recurses, it also limits the depth.
   */
  private static JsonObject fields(JsonParser parser, String where) {
    return fields(parser, where, 1);
  }

  private static JsonObject fields(JsonParser parser, String where, int depth) {
    requireShallow(where, depth);
    JsonObjectBuilder object = builders.createObjectBuilder();
    Set<String> names = new HashSet<>();
    while (parser.next() == Event.KEY_NAME) {
      String name = name(parser, where, names);
      object.add(name, value(parser.next(), parser, where, depth + 1));
    }
    return object.build();
  }

  /** Adds the name to those that the object has so far. */
  private static String name(JsonParser parser, String where, Set<String> names) {
    String name = text(parser, where);
    if (!names.add(name)) {
      throw new HttpProblem(400, where + "field " + name + " is given twice");
    }
    return name;
  }

  private static JsonValue value(Event event, JsonParser parser, String where, int depth) {
    if (event == Event.START_OBJECT) {
      return fields(parser, where, depth);
    }
    if (event == Event.START_ARRAY) {
      requireShallow(where, depth);
      JsonArrayBuilder array = builders.createArrayBuilder();
      for (Event next = parser.next(); next != Event.END_ARRAY; next = parser.next()) {
        array.add(value(next, parser, where, depth + 1));
      }
      return array.build();
    }
    if (event == Event.VALUE_STRING) {
      var unused = text(parser, where);
    }
    return parser.getValue();
  }

  private static void requireShallow(String where, int depth) {
    if (depth > MAX_DEPTH) {
      throw new HttpProblem(400, where + "JSON nested deeper than " + MAX_DEPTH);
    }
  }

  private static String text(JsonParser parser, String where) {
    String text = parser.getString();
    if (!PlainText.isWellFormed(text)) {
      throw new HttpProblem(400, where + "half of a surrogate pair is not well-formed Unicode");
    }
    return text;
  }
}
