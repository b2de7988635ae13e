package bellwether.operate;

import bellwether.access.Gate;
import bellwether.auth.Revocations;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.Exchanges;
import bellwether.exchange.FieldNames;
import bellwether.exchange.Form;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.exchange.RequestBody;
import bellwether.stream.StreamRights;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servlet of {@code /admin/revocations}, for operators: POST revokes one token by its id
 * ({@code token}, with {@code expires} if that is known), or all tokens of a user so far ({@code
 * user}), and ends the streams that they opened.
 */
public final class RevocationsServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final Logger logger = LoggerFactory.getLogger(RevocationsServlet.class);
  private static final FieldNames FIELDS = FieldNames.of("token", "user", "expires");
  private static final int MAX_BODY = 16_384; // a name of 1024 emoji takes 12 KiB in a form

  private final transient Gate gate;
  private final transient Revocations revocations;
  private final transient StreamRights rights;
  private final transient Exchanges exchanges;

  public RevocationsServlet(
      Gate gate, Revocations revocations, StreamRights rights, Exchanges exchanges) {
    this.gate = gate;
    this.revocations = revocations;
    this.rights = rights;
    this.exchanges = exchanges.upTo(MAX_BODY);
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    return "POST, OPTIONS";
  }

  @Override
  protected void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    gate.requireOperator(request);
    FIELDS.requireNoneInQuery(request);
    RequestBody.requireForm(request);
    exchanges.withBody(request, response, body -> revoke(body.form(), request, response));
  }

  private void revoke(Form form, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    long before = rights.ended();
    boolean isKept = Input.valid(() -> revoke(form));
    rights.endRevoked();
    if (!isKept) {
      throw new HttpProblem(
          503,
          "revoked on this server, but not kept: it is forgotten when this process ends, and other"
              + " servers may not know of it; try again");
    }
    String text =
        json.createObjectBuilder().add("ended", rights.ended() - before).build().toString();
    exchanges.json(request, response, HttpServletResponse.SC_OK, text);
  }

  /** Revokes the token or the user that the form names; returns whether the revocation was kept. */
  private boolean revoke(Form form) {
    FIELDS.require(form);
    String token = form.one("token");
    String user = form.one("user");
    if ((token == null) == (user == null)) {
      throw new IllegalArgumentException("one of token and user must be given");
    }
    Instant expires = time(form.one("expires"));
    try {
      if (token != null) {
        revocations.revokeToken(token, expires);
      } else {
        revocations.revokeSubject(String.valueOf(user));
      }
      return true;
    } catch (IllegalStateException e) {
      throw new HttpProblem(507, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      logger.error("A revocation could not be kept", e);
      return false;
    }
  }

  private static @Nullable Instant time(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("expires must be a time such as 2026-11-25T08:00:00Z", e);
    }
  }
}
