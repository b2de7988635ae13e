package bellwether.mercure;

import jakarta.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * One of the things that an open stream asks for, as either draft of Mercure tells of it.
 *
 * @param subscriber the stream, under a name that nobody can choose
 * @param inDraft7 null if that draft has no word for it
 * @param inDraft8 null if that draft has no word for it
 * @param payload what the issuer of its token wants told of it; null for nothing
 */
record ActiveSubscription(
    String subscriber,
    @Nullable SubscriptionMatcher inDraft7,
    @Nullable SubscriptionMatcher inDraft8,
    @Nullable JsonValue payload) {

  ActiveSubscription(String subscriber, SubscriptionMatcher matcher, @Nullable JsonValue payload) {
    this(subscriber, matcher.inDraft7(), matcher.inDraft8(), payload);
  }

  @Nullable SubscriptionMatcher told(MercureDraft draft) {
    return draft == MercureDraft.SEVEN ? inDraft7 : inDraft8;
  }
}
