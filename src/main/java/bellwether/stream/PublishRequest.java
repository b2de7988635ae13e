package bellwether.stream;

import bellwether.eventlog.Publication;
import bellwether.exchange.FieldNames;
import bellwether.exchange.Form;
import bellwether.exchange.JsonFields;
import bellwether.topic.Topic;
import bellwether.wire.DecimalText;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the events that a {@code POST} asks to publish. */
public final class PublishRequest {
  private static final Set<String> FIELDS =
      Set.of("topic", "data", "type", "id", "retry", "private");
  public static final FieldNames FORM_FIELDS =
      FieldNames.ofTopicAnd("data", "type", "id", "retry", "private");
  private static final long MAX_RETRY = 999_999_999; // eleven days in milliseconds

  private PublishRequest() {}

  /**
   * Reads the form: {@code topic} (one or more), {@code data}, {@code type}, {@code id}, {@code
   * retry}, {@code private} (whatever its value). Other fields are ignored, as in Mercure.
   *
   * @throws IllegalArgumentException saying what is wrong with the form
   */
  public static Publication of(Form form, @Nullable String idempotencyKey) {
    FORM_FIELDS.require(form);
    String data = form.one("data");
    return new Publication(
        form.all("topic").stream().map(Topic::new).toList(),
        form.has("private"),
        emptyIsAbsent(form.one("id")),
        emptyIsAbsent(form.one("type")),
        retryOf(emptyIsAbsent(form.one("retry"))),
        data == null ? "" : data,
        idempotencyKey);
  }

  /**
   * Reads one of many events: an object with the fields of the form. {@code topic} is a text or a
   * list of texts, {@code private} is true or false, {@code retry} a number; {@code data} may be
   * any JSON, null as well; a value that is not a text is sent as JSON.
   *
   * @throws IllegalArgumentException saying what is wrong with the object
   */
  public static Publication of(JsonObject event, @Nullable String idempotencyKey) {
    JsonFields fields = new JsonFields(event, FIELDS);
    return new Publication(
        topics(fields.value("topic")),
        fields.isTrue("private"),
        emptyIsAbsent(fields.text("id")),
        emptyIsAbsent(fields.text("type")),
        retryOf(fields.value("retry")),
        data(event.get("data")), // where null is a value like any other
        idempotencyKey);
  }

  private static List<Topic> topics(@Nullable JsonValue value) {
    if (value instanceof JsonArray array) {
      return array.stream().map(PublishRequest::topic).toList();
    }
    return value == null ? List.of() : List.of(topic(value));
  }

  private static Topic topic(JsonValue value) {
    if (value instanceof JsonString text) {
      return new Topic(text.getString());
    }
    throw new IllegalArgumentException("topic must be a text or a list of texts");
  }

  private static @Nullable Duration retryOf(@Nullable JsonValue value) {
    if (value == null) {
      return null;
    }
    return retry(value instanceof JsonNumber number ? number.bigDecimalValue() : null);
  }

  private static String data(@Nullable JsonValue value) {
    if (value == null) {
      return "";
    }
    return value instanceof JsonString text ? text.getString() : value.toString();
  }

  private static @Nullable Duration retryOf(@Nullable String text) {
    return text == null ? null : retry(DecimalText.parse(text));
  }

  /** Returns the reconnection time; null stands for a text that is not a number. */
  private static Duration retry(@Nullable BigDecimal number) {
    Long millis = number == null ? null : DecimalText.whole(number, 0, MAX_RETRY);
    if (millis == null) {
      throw new IllegalArgumentException("retry must be milliseconds in at most 9 digits");
    }
    return Duration.ofMillis(millis);
  }

  private static @Nullable String emptyIsAbsent(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
