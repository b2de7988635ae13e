package bellwether.exchange;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object in a request. A field that is {@code null} counts as left out, since
 * clients write both for what they do not have.
 */
public final class JsonFields {
  private static final JsonProvider json = JsonProvider.provider(); // looking it up is slow

  private final JsonObject object;

  /**
   * @param allowed the names that fields may have
   * @throws IllegalArgumentException if there is another field, even one that is null: it may be a
   *     misspelt one
   */
  public JsonFields(JsonObject object, Set<String> allowed) {
    for (String name : object.keySet()) {
      if (!allowed.contains(name)) {
        throw new IllegalArgumentException("unknown field " + json.createValue(name));
      }
    }
    this.object = object;
  }

  /** Returns the value of a field, or null if it is left out. */
  public @Nullable JsonValue value(String name) {
    JsonValue value = object.get(name);
    return value == JsonValue.NULL ? null : value;
  }

  /**
   * Returns the text of a field, or null if it is left out.
   *
   * @throws IllegalArgumentException if it is not a string
   */
  public @Nullable String text(String name) {
    JsonValue value = value(name);
    if (value == null) {
      return null;
    }
    if (value instanceof JsonString string) {
      return string.getString();
    }
    throw new IllegalArgumentException(name + " must be a string");
  }

  /**
   * Returns the number of a field, or null if it is left out.
   *
   * @throws IllegalArgumentException if it is not a number
   */
  public @Nullable BigDecimal number(String name) {
    JsonValue value = value(name);
    if (value == null) {
      return null;
    }
    if (value instanceof JsonNumber number) {
      return number.bigDecimalValue();
    }
    throw new IllegalArgumentException(name + " must be a number");
  }

  /**
   * Returns whether a field is {@code true}; one that is left out is not.
   *
   * @throws IllegalArgumentException if it is neither {@code true} nor {@code false}
   */
  public boolean isTrue(String name) {
    JsonValue value = value(name);
    if (value == null || value == JsonValue.FALSE) {
      return false;
    }
    if (value == JsonValue.TRUE) {
      return true;
    }
    throw new IllegalArgumentException(name + " must be true or false");
  }

  /**
   * Returns the value of a field that may not be left out.
   *
   * @throws IllegalArgumentException if it is
   */
  public static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }
}
