package bellwether.auth;

import bellwether.auth.Revocation.Kind;
import bellwether.wire.PlainText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The list of revoked tokens, whose signatures are still valid: single ones by their id, or all
 * that a subject had until some time. Their records survive the process. Any thread.
 */
public final class Revocations {
  /**
   * The most revocations: far more than are ever needed at once; this bounds memory and the file.
   */
  static final int MAX = 100_000;

  private static final int MAX_LENGTH = 1024; // id or subject

  private final RevocationRecords records;
  private final InstantSource clock;

  // Written under our own lock, which is never held while the records are written.
  private final Map<String, Instant> tokens = new ConcurrentHashMap<>();
  private final Map<String, Instant> subjects = new ConcurrentHashMap<>();

  private Revocations(RevocationRecords records, InstantSource clock) throws IOException {
    this.records = records;
    this.clock = clock;
    records.read().forEach(this::learn);
  }

  /**
   * Opens the revocations in this file; there are none if the file does not exist yet.
   *
   * @throws IOException if the file cannot be read, or is damaged; the message says which
   */
  public static Revocations open(Path path, InstantSource clock) throws IOException {
    return open(new RevocationFile(path), clock);
  }

  /**
   * Opens the revocations of these records.
   *
   * @throws IOException if they cannot be read, or are damaged; the message says which
   */
  public static Revocations open(RevocationRecords records, InstantSource clock)
      throws IOException {
    return new Revocations(records, clock);
  }

  /** Takes over a revocation that has been kept, by this server or another one. */
  public final synchronized void learn(Revocation revocation) {
    (revocation.kind() == Kind.TOKEN ? tokens : subjects)
        .merge(revocation.name(), revocation.at(), Revocations::later);
  }

  /**
   * Revokes the token of this id, from now on, even if an exception says that this could not be
   * written.
   *
   * @param expiresAt when the token expires by itself; null to keep the revocation for ever
   * @throws IllegalArgumentException if the text cannot be an id, or if that time has passed: if it
   *     were a mistake, the token would stay valid
   * @throws IllegalStateException if too many are revoked already
   * @throws IOException if the revocation would not survive the process; call it again to try again
   */
  public void revokeToken(String id, @Nullable Instant expiresAt) throws IOException {
    requireText("id", id);
    Instant until = expiresAt == null ? Instant.MAX : asKept(expiresAt);
    if (!clock.instant().isBefore(until)) {
      throw new IllegalArgumentException("a token that has expired need not be revoked");
    }
    revoke(new Revocation(Kind.TOKEN, id, until));
  }

  /**
   * Revokes all tokens of this subject that were issued before now, or that do not say when, even
   * if an exception says that this could not be written.
   *
   * @throws IllegalArgumentException if the text cannot be a subject
   * @throws IllegalStateException as for {@link #revokeToken}
   * @throws IOException as for {@link #revokeToken}
   */
  public void revokeSubject(String subject) throws IOException {
    requireText("subject", subject);
    revoke(new Revocation(Kind.SUBJECT, subject, asKept(clock.instant())));
  }

  private void revoke(Revocation revocation) throws IOException {
    synchronized (this) {
      boolean isToken = revocation.kind() == Kind.TOKEN;
      requireRoom((isToken ? tokens : subjects).containsKey(revocation.name()));
      learn(revocation);
    }
    records.keep(revocation, this::all);
  }

  /** Returns a time as any record keeps it: else it would differ from what is read again. */
  private static Instant asKept(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  /** Returns all revocations that are still needed. */
  public synchronized List<Revocation> all() {
    dropExpired();
    List<Revocation> all = new ArrayList<>();
    tokens.forEach((id, until) -> all.add(new Revocation(Kind.TOKEN, id, until)));
    subjects.forEach((name, before) -> all.add(new Revocation(Kind.SUBJECT, name, before)));
    return all;
  }

  /** Returns whether this token has been revoked. Never waits. */
  public boolean isRevoked(Token token) {
    if (token.id() != null && tokens.containsKey(token.id())) {
      return true;
    }
    Instant before = token.subject() == null ? null : subjects.get(token.subject());
    return before != null && (token.issuedAt() == null || token.issuedAt().isBefore(before));
  }

  /**
   * Checks the text of an id or a subject. Tokens with an invalid one are refused, because they
   * could not be revoked.
   *
   * @param field the name in the message
   * @throws IllegalArgumentException saying what is wrong with the text
   */
  static void requireText(String field, String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException(field + " is empty");
    }
    PlainText.require(field, text, MAX_LENGTH);
  }

  private void requireRoom(boolean isKnown) {
    dropExpired();
    if (!isKnown && tokens.size() + subjects.size() >= MAX) {
      throw new IllegalStateException(
          MAX + " tokens and subjects are revoked already, and no more can be");
    }
  }

  private void dropExpired() {
    Instant now = clock.instant();
    tokens.values().removeIf(until -> !now.isBefore(until));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
