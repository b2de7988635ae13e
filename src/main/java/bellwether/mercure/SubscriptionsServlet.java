package bellwether.mercure;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.access.Gate;
import bellwether.auth.Grant;
import bellwether.exchange.Answer;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.EntityTag;
import bellwether.exchange.Exchanges;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.HubUrl;
import bellwether.exchange.Input;
import bellwether.exchange.Preconditions;
import bellwether.exchange.Reply;
import bellwether.hub.Hub;
import bellwether.topic.Topic;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code /.well-known/mercure/subscriptions}, and below it {@code /{topic}} and {@code
 * /{topic}/{subscriber}} (Mercure, draft 7) or {@code /{match_type}/{match}} and {@code
 * /{match_type}/{match}/{subscriber}} (draft 8): the subscriptions that are active now.
 *
 * <p>The path determines the draft of the answer: one of two parts is draft 8's if the first part
 * is a matcher type. For the root, the {@code Accept} header decides; if that accepts both drafts
 * or neither, the draft of the token's claims; for the publisher's key it is draft 7.
 */
public final class SubscriptionsServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final String CACHED = "private, " + Answer.REVALIDATE;

  private final transient ActiveSubscriptions subscriptions;
  private final transient Hub hub;
  private final transient Gate gate;
  private final transient TopicBase base;
  private final transient Exchanges exchanges;

  public SubscriptionsServlet(
      ActiveSubscriptions subscriptions, Hub hub, Gate gate, TopicBase base, Exchanges exchanges) {
    this.subscriptions = subscriptions;
    this.hub = hub;
    this.gate = gate;
    this.base = base;
    this.exchanges = exchanges;
  }

  /**
   * The question of a path for subscriptions.
   *
   * @param matcher the matcher that they must have; null for any
   * @param subscriber the subscriber that they must have; null for any
   */
  private record Question(
      MercureDraft draft, @Nullable SubscriptionMatcher matcher, @Nullable String subscriber) {}

  @Override
  protected String allowed(HttpServletRequest request) {
    return "GET, HEAD, OPTIONS";
  }

  @Override
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Grant grant = gate.grantOf(request);
    List<String> parts = SubscriptionPath.parts(request);
    String path = SubscriptionPath.of(parts);
    Gate.require(request, Input.valid(() -> grant.mayRead(topics(path))));
    Question question = question(parts, request, grant);
    exchanges.inTurn(() -> answer(question, path, request, response));
  }

  private void answer(
      Question question, String path, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String cursor = hub.lastEventId(); // first, so no change is missed by resuming here
    String text = answer(question, path, cursor);
    String tag = EntityTag.of(cursor + text);
    response.setHeader("ETag", tag);
    response.setHeader("Cache-Control", CACHED);
    response.addHeader("Vary", "Accept, Authorization, Cookie");
    response.setHeader("Link", link(question.draft, base.of(request), cursor));
    if (Preconditions.of(request).isKnown(tag)) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
    } else {
      exchanges.answer(
          request,
          response,
          new Reply(
              HttpServletResponse.SC_OK,
              question.draft.mediaType(),
              Map.of("Cache-Control", CACHED),
              text.getBytes(UTF_8)));
    }
  }

  /**
   * Returns the topics of which one must be readable: the path, and its full URL if the hub's URL
   * is configured, so that no client can choose it.
   */
  private List<Topic> topics(String path) {
    Topic relative = new Topic(path);
    URI hubUrl = base.configured();
    return hubUrl == null
        ? List.of(relative)
        : List.of(relative, new Topic(hubUrl + path.substring(HubUrl.PATH.length())));
  }

  private static Question question(List<String> parts, HttpServletRequest request, Grant grant) {
    int size = parts.size();
    if (size == 0) {
      return new Question(draftOfRoot(request.getHeader("Accept"), grant), null, null);
    }
    boolean isType = isMatcherType(parts.get(0));
    if (size == 1 || (size == 2 && !isType)) {
      SubscriptionMatcher matcher = new SubscriptionMatcher(null, parts.get(0));
      return new Question(MercureDraft.SEVEN, matcher, size == 1 ? null : parts.get(1));
    }
    if (size > 3 || !isType) {
      throw HttpProblem.nothingHere();
    }
    SubscriptionMatcher matcher = new SubscriptionMatcher(parts.get(0), parts.get(1));
    return new Question(MercureDraft.EIGHT, matcher, size == 2 ? null : parts.get(2));
  }

  private static boolean isMatcherType(String part) {
    return part.equals(SubscriptionMatcher.EXACT) || part.equals(SubscriptionMatcher.URL_PATTERN);
  }

  private static MercureDraft draftOfRoot(@Nullable String accept, Grant grant) {
    boolean takes7 = accept != null && accept.contains(MercureDraft.SEVEN.mediaType());
    boolean takes8 = accept != null && accept.contains(MercureDraft.EIGHT.mediaType());
    boolean isOf8 =
        grant.token() != null
            && grant.token().payloads() != null
            && grant.token().payloads().isOfDraft8();
    return (takes7 == takes8 ? isOf8 : takes8) ? MercureDraft.EIGHT : MercureDraft.SEVEN;
  }

  private String answer(Question question, String path, String cursor) {
    MercureDraft draft = question.draft;
    SubscriptionMatcher matcher = question.matcher;
    if (question.subscriber == null || matcher == null) {
      return draft.collection(path, matching(subscriptions.all(), question), cursor);
    }
    ActiveSubscription one =
        matching(subscriptions.of(question.subscriber), question)
            .findFirst()
            .orElseThrow(() -> new HttpProblem(404, "no such subscription is active"));
    return draft.single(one, matcher, cursor);
  }

  private static Stream<ActiveSubscription> matching(
      Stream<ActiveSubscription> all, Question question) {
    SubscriptionMatcher matcher = question.matcher;
    return matcher == null ? all : all.filter(one -> matcher.equals(one.told(question.draft)));
  }

  /**
   * Returns the {@code Link} to the hub, where the events are; in draft 8 it also names the id to
   * resume from, and the events' types.
   */
  private static String link(MercureDraft draft, URI hub, String cursor) {
    String link = '<' + hub.toString() + ">; rel=\"mercure\"";
    return draft == MercureDraft.SEVEN
        ? link
        : link
            + "; last-event-id=\""
            + cursor
            + "\"; type=\"mercure\"; content-type=\""
            + draft.mediaType()
            + '"';
  }
}
