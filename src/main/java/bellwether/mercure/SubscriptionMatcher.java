package bellwether.mercure;

import bellwether.exchange.Form;
import bellwether.topic.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber of the Mercure protocol asks for, in the words it used.
 *
 * @param type the matcher type of draft 8; null for a topic selector, as draft 7 has it
 */
record SubscriptionMatcher(@Nullable String type, String text) {
  static final String EXACT = "exact";
  static final String URL_PATTERN = "urlpattern";

  /** Those of a request that opens a stream, each once. */
  static List<SubscriptionMatcher> in(Form form) {
    Set<SubscriptionMatcher> matchers = new LinkedHashSet<>();
    for (String name : form.names()) {
      for (String text : form.all(name)) {
        switch (name) {
          case "topic" -> matchers.add(new SubscriptionMatcher(null, text));
          case "match", "match_exact" -> matchers.add(new SubscriptionMatcher(EXACT, text));
          case "match_urlpattern" -> matchers.add(new SubscriptionMatcher(URL_PATTERN, text));
          default -> {} // something else
        }
      }
    }
    return new ArrayList<>(matchers);
  }

  /** The same as draft 7 would say it; null if it has no word for it: a URL pattern. */
  @Nullable SubscriptionMatcher inDraft7() {
    if (type == null) {
      return this;
    }
    return isOneTopicOrAll() ? new SubscriptionMatcher(null, text) : null;
  }

  /** The same as draft 8 would say it; null if it has no word for it: a URI template. */
  @Nullable SubscriptionMatcher inDraft8() {
    if (type != null) {
      return this;
    }
    return isOneTopicOrAll() ? new SubscriptionMatcher(EXACT, text) : null;
  }

  /** Whether it means the same to both drafts. */
  private boolean isOneTopicOrAll() {
    return text.equals("*")
        || (!URL_PATTERN.equals(type) && TopicFilter.parse(text).equals(TopicFilter.exact(text)));
  }
}
