package bellwether.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.nio.file.Path;
import java.security.Key;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.List;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** Signs tokens, for users without a program of their own for this. */
public final class TokenIssuer {
  private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");

  private final @Nullable String keyId;
  private final JWSAlgorithm algorithm;
  private final JWSSigner signer;

  private TokenIssuer(NamedKey key, JWSAlgorithm algorithm) throws JOSEException {
    this.keyId = key.id();
    this.algorithm = algorithm;
    this.signer = signer(key.key());
  }

  /**
   * Creates an issuer that signs with the first suitable key in this file.
   *
   * @throws IllegalArgumentException if there is none, or the file is wrong
   */
  public static TokenIssuer with(Path file, Algorithms allowed) {
    try {
      return with(KeyFile.read(file), allowed);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + " " + e.getMessage(), e);
    }
  }

  /**
   * Creates an issuer that signs with the first suitable key in this text: a shared secret, PEM, a
   * JWK or a JWK set.
   *
   * @throws IllegalArgumentException if there is none, or the text is wrong; the message reveals no
   *     secret
   */
  public static TokenIssuer with(String text, Algorithms allowed) {
    for (NamedKey key : KeyText.keys(text)) {
      List<JWSAlgorithm> algorithms = key.algorithms(allowed);
      boolean canSign = key.key() instanceof SecretKey || key.key() instanceof PrivateKey;
      if (canSign && !algorithms.isEmpty()) {
        try {
          return new TokenIssuer(key, algorithms.get(0));
        } catch (JOSEException e) {
          throw new IllegalArgumentException("has a key in it that cannot be used", e);
        }
      }
    }
    throw new IllegalArgumentException(
        "has no key in it that tokens can be signed with by "
            + allowed
            + "; a shared secret needs 32 bytes, and of a pair the private key is needed");
  }

  private static JWSSigner signer(Key key) throws JOSEException {
    if (key instanceof SecretKey secret) {
      return new MACSigner(secret);
    }
    if (key instanceof RSAPrivateKey rsa) {
      return new RSASSASigner(rsa);
    }
    return key instanceof ECPrivateKey ec ? new ECDSASigner(ec) : Ed25519.signer((PrivateKey) key);
  }

  /**
   * Issues a token, and returns its text.
   *
   * @throws IllegalArgumentException for topics that the requested drafts cannot express, and for a
   *     subject or an id by which the token could not be revoked
   */
  public String issue(NewToken token) {
    JWSHeader header =
        new JWSHeader.Builder(algorithm)
            .type(token.isOfDraft8() ? ACCESS_TOKEN : JOSEObjectType.JWT)
            .keyID(keyId)
            .build();
    JWSObject signed = new JWSObject(header, new Payload(claims(token).toString()));
    try {
      signed.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("A key that fits could not be signed with", e);
    }
    return signed.serialize();
  }

  private static JsonObject claims(NewToken token) {
    JsonObjectBuilder claims = Json.createObjectBuilder();
    add(claims, "iss", token.issuer());
    add(claims, "aud", token.audience());
    addName(claims, "sub", token.subject());
    add(claims, "client_id", token.isOfDraft8() ? token.issuer() : null);
    addName(claims, "jti", token.id());
    claims.add("iat", token.issuedAt().getEpochSecond());
    claims.add("exp", token.expiresAt().getEpochSecond());
    List<GrantedTopics> publish = topics(token.publish(), token);
    List<GrantedTopics> subscribe = topics(token.subscribe(), token);
    if (token.isOfDraft7()) {
      claims.add(
          "mercure",
          Json.createObjectBuilder()
              .add(MercureClaims.PUBLISH, selectors(publish))
              .add(MercureClaims.SUBSCRIBE, selectors(subscribe)));
    }
    if (token.isOfDraft8()) {
      JsonArrayBuilder details = Json.createArrayBuilder();
      addDetail(details, MercureClaims.PUBLISH, publish);
      addDetail(details, MercureClaims.SUBSCRIBE, subscribe);
      claims.add(MercureClaims.DETAILS, details);
    }
    return claims.build();
  }

  private static void addName(JsonObjectBuilder claims, String name, @Nullable String value) {
    if (value != null) {
      Revocations.requireText(name, value);
    }
    add(claims, name, value);
  }

  private static void add(JsonObjectBuilder claims, String name, @Nullable String value) {
    if (value != null) {
      claims.add(name, value);
    }
  }

  private static List<GrantedTopics> topics(List<String> texts, NewToken token) {
    return texts.stream().map(text -> GrantedTopics.parse(text, token.isOfDraft8())).toList();
  }

  private static JsonArrayBuilder selectors(List<GrantedTopics> topics) {
    JsonArrayBuilder array = Json.createArrayBuilder();
    topics.forEach(topic -> array.add(topic.selector()));
    return array;
  }

  private static void addDetail(
      JsonArrayBuilder details, String action, List<GrantedTopics> topics) {
    if (!topics.isEmpty()) {
      JsonArrayBuilder matchers = Json.createArrayBuilder();
      topics.forEach(topic -> matchers.add(topic.matcher()));
      details.add(
          Json.createObjectBuilder()
              .add("type", MercureClaims.DETAIL_TYPE)
              .add("actions", Json.createArrayBuilder().add(action))
              .add("topics", matchers));
    }
  }
}
