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

/** The claims of a token, as JSON (RFC 7519). A claim of the wrong form makes the token invalid. */
record Claims(JsonObject json) {
  /**
   * The factory of readers, which refuse a name given twice: it may mean one thing here and another
   * to a program that checked the token before.
   */
  private static final JsonReaderFactory readers =
      Json.createReaderFactory(Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE));

  private static final long LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  static Claims parse(String text) throws InvalidTokenException {
    try (JsonReader reader = readers.createReader(new StringReader(text))) {
      JsonObject json = reader.readObject();
      if (PlainText.isWellFormed(json.toString())) { // else two texts could be one in UTF-8
        return new Claims(json);
      }
    } catch (RuntimeException e) { // of several types: malformed, a name twice, too deep
      // falls through to the exception below
    }
    throw new InvalidTokenException("its claims are no JSON object");
  }

  /** Returns the text of a claim, or null if the token does not have it. */
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

  /**
   * Returns the text of a claim by which tokens are revoked, or null if the token does not have it,
   * or has an empty one.
   */
  @Nullable String name(String name) throws InvalidTokenException {
    String text = text(name);
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      Revocations.requireText(name, text);
    } catch (IllegalArgumentException e) {
      throw new InvalidTokenException(String.valueOf(e.getMessage()));
    }
    return text;
  }

  /** Returns the time of a claim, or null if the token does not have it. */
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

  /** Returns whether the token is meant for this audience. */
  boolean isFor(String audience) {
    JsonValue value = json.get("aud");
    List<? extends JsonValue> all = value instanceof JsonArray array ? array : List.of();
    return is(value, audience) || all.stream().anyMatch(one -> is(one, audience));
  }

  private static boolean is(@Nullable JsonValue value, String text) {
    return value instanceof JsonString string && string.getString().equals(text);
  }
}
