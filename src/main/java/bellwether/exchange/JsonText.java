package bellwether.exchange;

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
import java.io.StringReader;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Parses JSON that a client sent; throws {@link HttpProblem} if it does not have the required form.
 */
final class JsonText {
  private static final JsonParserFactory parsers = Json.createParserFactory(Map.of());
  private static final JsonBuilderFactory builders = Json.createBuilderFactory(Map.of());

  private static final int MAX_DEPTH = 500; // far more than any sensible document has

  private JsonText() {}

  /** Parses a text that must be one object. */
  static JsonObject object(String text) {
    return parse(text, "object", JsonText::object);
  }

  /** Parses a text that must be one array of objects, object by object. */
  static void array(String text, Consumer<JsonObject> consumer) {
    var unused = parse(text, "array", parser -> elements(parser, consumer));
  }

  /**
   * Parses a text that must be one object with an array of objects as a member, object by object.
   *
   * @param list the name of the member that is the array
   * @param others the names of the members to ignore
   */
  static void member(String text, String list, Set<String> others, Consumer<JsonObject> consumer) {
    var unused = parse(text, "object", parser -> listed(parser, list, others, consumer));
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
