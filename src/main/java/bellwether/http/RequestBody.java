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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a client sends, read with distrust. */
final class RequestBody {
  private static final JsonParserFactory parsers = Json.createParserFactory(Map.of());
  private static final JsonBuilderFactory builders = Json.createBuilderFactory(Map.of());

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
   * Reads the form that the body is.
   *
   * @throws HttpProblem if it is anything else, or larger than {@code maxBytes}
   */
  static Form form(HttpServletRequest request, int maxBytes) throws IOException {
    String contentType = request.getContentType();
    String mediaType = contentType == null ? "" : contentType.split(";", 2)[0].strip();
    if (!mediaType.equalsIgnoreCase("application/x-www-form-urlencoded")) {
      throw new HttpProblem(415, "Content-Type must be application/x-www-form-urlencoded");
    }
    return new Form(utf8(read(request, maxBytes)));
  }

  /** Takes the media type with or without {@code charset=utf-8}; JSON has no other encoding. */
  static void requireJson(@Nullable String contentType) {
    String compact =
        contentType == null
            ? ""
            : contentType.toLowerCase(Locale.ROOT).replaceAll("[\\s\"]", "").replaceAll(";+$", "");
    if (!compact.equals("application/json") && !compact.equals("application/json;charset=utf-8")) {
      throw new HttpProblem(
          415, "Content-Type must be application/json", Map.of("Accept", "application/json"));
    }
  }

  private static byte[] read(HttpServletRequest request, int maxBytes) throws IOException {
    boolean isSaidTooLarge = request.getContentLengthLong() > maxBytes; // why read it, then
    byte[] body = isSaidTooLarge ? new byte[0] : request.getInputStream().readNBytes(maxBytes + 1);
    if (isSaidTooLarge || body.length > maxBytes) {
      throw new HttpProblem(413, "the body is larger than " + maxBytes + " bytes");
    }
    return body;
  }

  static String utf8(byte[] body) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new HttpProblem(400, "the body is not well-formed UTF-8");
    }
  }

  /**
   * Parses the text of an object. Field by field, because the library's reader does not mind what
   * follows the object, and its parser does not mind a name given twice.
   */
  static JsonObject parse(String text) {
    try (JsonParser parser = parsers.createParser(new StringReader(text))) {
      if (parser.next() != Event.START_OBJECT) {
        throw new HttpProblem(400, "the body is not a JSON object");
      }
      JsonObject object = fields(parser);
      if (parser.hasNext()) {
        throw new HttpProblem(400, "something follows the JSON object");
      }
      return object;
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

  private static JsonObject fields(JsonParser parser) {
    JsonObjectBuilder object = builders.createObjectBuilder();
    Set<String> names = new HashSet<>();
    while (parser.next() == Event.KEY_NAME) {
      String name = parser.getString();
      if (!names.add(name)) {
        throw new HttpProblem(400, "field " + name + " is given twice");
      }
      parser.next();
      object.add(name, parser.getValue());
    }
    return object.build();
  }
}
