package bellwether.mercure;

import bellwether.exchange.Form;
import bellwether.topic.PatternTooLargeException;
import bellwether.topic.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A topic or matcher that a subscriber of the Mercure protocol asked for, as the request had it.
 *
 * @param type the matcher type of draft 8; null for a topic selector of draft 7
 */
record SubscriptionMatcher(@Nullable String type, String text) {
  static final String EXACT = "exact";
  static final String URL_PATTERN = "urlpattern";

  /** Returns the matchers of a request that opens a stream, without duplicates. */
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

  /** Returns the same matcher in draft 7, or null if that cannot express it: a URL pattern. */
  @Nullable SubscriptionMatcher inDraft7() {
    if (type == null) {
      return this;
    }
    return isOneTopicOrAll() ? new SubscriptionMatcher(null, text) : null;
  }

  /** Returns the same matcher in draft 8, or null if that cannot express it: a URI template. */
  @Nullable SubscriptionMatcher inDraft8() {
    if (type != null) {
      return this;
    }
    return isOneTopicOrAll() ? new SubscriptionMatcher(EXACT, text) : null;
  }

  /** Returns whether the text means the same to both drafts. */
  private boolean isOneTopicOrAll() {
    return text.equals("*") || (!URL_PATTERN.equals(type) && !isTemplate());
  }

  private boolean isTemplate() {
    try {
      return !TopicFilter.parse(text).equals(TopicFilter.exact(text));
    } catch (PatternTooLargeException e) {
      return true;
    }
  }
}
