package bellwether.auth;

import bellwether.topic.Topic;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.regex.Pattern;

/**
 * The topics for a new token: {@code *}, one topic, or with a star at its end all topics with this
 * beginning. Draft 7 has no such star, and in the patterns of draft 8 other characters have a
 * meaning as well; so a text that would not mean the same in both is refused.
 */
final class GrantedTopics {
  private static final String ALL = "*";

  /**
   * The characters that stand for themselves in a URL pattern; a colon does not if a name follows.
   */
  private static final Pattern PLAIN =
      Pattern.compile("(?:[^:*?+(){}\\\\#\\[\\]]++|:(?![A-Za-z_$\\x{80}-\\x{10FFFF}]))*+");

  private final String text;

  private GrantedTopics(String text) {
    this.text = text;
  }

  /**
   * Parses the topics.
   *
   * @param isForDraft8 whether draft 8 has to express them as well
   * @throws IllegalArgumentException saying what is wrong
   */
  static GrantedTopics parse(String text, boolean isForDraft8) {
    GrantedTopics topics = new GrantedTopics(text);
    if (text.equals(ALL)) {
      return topics;
    }
    var unused = new Topic(text);
    if (isForDraft8 && (text.contains("{") || text.contains("}"))) {
      throw new IllegalArgumentException(
          text + ": braces make a URI template, which draft 8 does not have");
    }
    if (isForDraft8 && topics.isPrefix() && !PLAIN.matcher(topics.prefix()).matches()) {
      throw new IllegalArgumentException(
          text + ": only plain text can stand before a * at the end in draft 8");
    }
    return topics;
  }

  private boolean isPrefix() {
    return text.endsWith(ALL) && text.length() > 1;
  }

  private String prefix() {
    return text.substring(0, text.length() - 1);
  }

  /** Returns the selector of draft 7: the text, or a URI template. */
  String selector() {
    return isPrefix() ? prefix() + "{+rest}" : text;
  }

  /** Returns the matcher of draft 8. */
  JsonObject matcher() {
    JsonObjectBuilder matcher = Json.createObjectBuilder().add("match", text);
    return isPrefix() ? matcher.add("match_type", "urlpattern").build() : matcher.build();
  }
}
