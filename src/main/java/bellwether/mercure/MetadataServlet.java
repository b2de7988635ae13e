package bellwether.mercure;

import bellwether.access.Credentials;
import bellwether.exchange.Answer;
import bellwether.exchange.ApiServlet;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObjectBuilder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/**
 * The servlet of {@code /.well-known/oauth-protected-resource}: OAuth 2.0 metadata (RFC 9728, and
 * Mercure's members), from which a client without a token learns which tokens the hub accepts.
 */
public final class MetadataServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());

  private final transient TopicBase hub;
  private final boolean hasSubscriptions;

  /**
   * @param hasSubscriptions whether the hub publishes active subscriptions
   */
  public MetadataServlet(TopicBase hub, boolean hasSubscriptions) {
    this.hub = hub;
    this.hasSubscriptions = hasSubscriptions;
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    return "GET, HEAD, OPTIONS";
  }

  @Override
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    JsonObjectBuilder metadata =
        json.createObjectBuilder()
            .add("resource", hub.of(request).toString())
            .add(
                "authorization_details_types_supported",
                json.createArrayBuilder().add("https://mercure.rocks/authorization-detail"))
            .add("bearer_methods_supported", json.createArrayBuilder().add("header"))
            .add("mercure_cookie", Credentials.COOKIES.get(0));
    if (hasSubscriptions) {
      metadata.add("mercure_subscriptions", true);
    }
    Answer.json(request, response, HttpServletResponse.SC_OK, metadata.build().toString());
  }
}
