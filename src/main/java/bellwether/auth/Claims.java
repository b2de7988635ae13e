package bellwether.auth;

import bellwether.wire.PlainText;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonConfig;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a token says, as JSON (RFC 7519). Whatever is not as it must be makes it invalid. */
record Claims(JsonObject json) {
  /** A name that is there twice may mean one thing to us and another to whoever checked it. */
  private static final JsonReaderFactory readers =
      Json.createReaderFactory(Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE));

  private static final long LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  static Claims parse(String text) throws InvalidTokenException {
    try (JsonReader reader = readers.createReader(new StringReader(text))) {
      JsonObject json = reader.readObject();
      if (PlainText.isWellFormed(json.toString())) { // else two texts could become one in UTF-8
        return new Claims(json);
      }
    } catch (RuntimeException e) { // of several kinds: for what is malformed, given twice, too deep
      // falls through to the same answer
    }
    throw new InvalidTokenException("its claims are no JSON object");
  }

  /** Null if it does not say so. */
  @Nullable String text(String name) throws InvalidTokenException {
    JsonValue value = json.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof JsonString text) {
      return text.getString();
    }
    throw new InvalidTokenException(name + " is no string");
  }

  /** Null if it does not say so. */
  @Nullable Instant time(String name) throws InvalidTokenException {
    JsonValue value = json.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof JsonNumber number) {
      double seconds = number.doubleValue();
      if (seconds >= 0 && seconds <= LATEST) {
        return Instant.ofEpochMilli((long) (seconds * 1000));
      }
    }
    throw new InvalidTokenException(name + " is no time in seconds since 1970");
  }

  /** Whether it is meant for this audience. */
  boolean isFor(String audience) {
    JsonValue value = json.get("aud");
    List<? extends JsonValue> all = value instanceof JsonArray array ? array : List.of();
    return is(value, audience) || all.stream().anyMatch(one -> is(one, audience));
  }

  private static boolean is(@Nullable JsonValue value, String text) {
    return value instanceof JsonString string && string.getString().equals(text);
  }
}
