package bellwether.mercure;

import bellwether.eventlog.Publication;
import bellwether.hub.ControlFrame;
import bellwether.topic.Topic;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The two drafts of the Mercure protocol, and how each describes active subscriptions. */
enum MercureDraft {
  SEVEN("application/ld+json"),
  EIGHT("application/json");

  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final String CONTEXT = "https://mercure.rocks/";

  /** The type of draft 8's events, which distinguishes them from updates. */
  private final String mediaType;

  MercureDraft(String mediaType) {
    this.mediaType = mediaType;
  }

  String mediaType() {
    return mediaType;
  }

  /** Returns the path of a subscription, which is also the topic of its events. */
  private static String path(SubscriptionMatcher told, String subscriber) {
    String type = told.type();
    return SubscriptionPath.of(
        type == null ? List.of(told.text(), subscriber) : List.of(type, told.text(), subscriber));
  }

  /**
   * Returns the private event for a subscription that begins or ends. There is none, and this
   * returns null, if this draft cannot express the subscription, or its path is too long for a
   * topic.
   */
  @Nullable Publication event(ActiveSubscription subscription, boolean isActive) {
    SubscriptionMatcher told = subscription.told(this);
    String path = told == null ? "" : path(told, subscription.subscriber());
    if (told == null || path.length() > Topic.MAX_LENGTH) {
      return null;
    }
    String data = withContext(document(subscription, told, isActive)).build().toString();
    Publication event = Publication.of(new Topic(path), data).privately();
    return this == SEVEN ? event : event.withType(ControlFrame.SUBSCRIPTION_TYPE);
  }

  /**
   * Returns the document of one subscription.
   *
   * @param cursor the id to resume from; draft 8 has it in a header instead
   */
  String single(ActiveSubscription subscription, SubscriptionMatcher told, String cursor) {
    JsonObjectBuilder document = withContext(document(subscription, told, true));
    if (this == SEVEN) {
      document.add("lastEventID", cursor);
    }
    return document.build().toString();
  }

  /** Returns the document of these subscriptions, without those that this draft cannot express. */
  String collection(String path, Stream<ActiveSubscription> subscriptions, String cursor) {
    JsonArrayBuilder documents = json.createArrayBuilder();
    subscriptions.forEach(
        subscription -> {
          SubscriptionMatcher told = subscription.told(this);
          if (told != null) {
            documents.add(document(subscription, told, true));
          }
        });
    JsonObjectBuilder collection = withContext(json.createObjectBuilder());
    collection.add("id", path).add("type", this == SEVEN ? "ActiveSubscriptions" : "subscriptions");
    if (this == SEVEN) {
      collection.add("lastEventID", cursor);
    }
    return collection.add("subscriptions", documents).build().toString();
  }

  private JsonObjectBuilder document(
      ActiveSubscription subscription, SubscriptionMatcher told, boolean isActive) {
    JsonObjectBuilder document =
        json.createObjectBuilder()
            .add("id", path(told, subscription.subscriber()))
            .add("type", this == SEVEN ? "Subscription" : "subscription");
    if (this == SEVEN) {
      document.add("topic", told.text());
    } else {
      document.add("match_type", String.valueOf(told.type())).add("match", told.text());
    }
    document.add("subscriber", subscription.subscriber()).add("active", isActive);
    if (subscription.payload() != null) {
      document.add("payload", subscription.payload());
    }
    return document;
  }

  private JsonObjectBuilder withContext(JsonObjectBuilder document) {
    return this == SEVEN
        ? json.createObjectBuilder().add("@context", CONTEXT).addAll(document)
        : document;
  }
}
