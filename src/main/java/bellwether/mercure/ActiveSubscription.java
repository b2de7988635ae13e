package bellwether.mercure;

import jakarta.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A subscription of an open stream to one topic or matcher, in the terms of both drafts of Mercure.
 *
 * @param subscriber the id of the stream, which no client can choose
 * @param inDraft7 the matcher in draft 7; null if that draft cannot express it
 * @param inDraft8 the matcher in draft 8; null if that draft cannot express it
 * @param payload the payload that the issuer of its token attached to it; null for none
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
