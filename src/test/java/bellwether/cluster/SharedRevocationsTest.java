package bellwether.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.auth.Revocation;
import bellwether.auth.Revocation.Kind;
import bellwether.auth.Revocations;
import bellwether.auth.Token;
import bellwether.eventlog.LogUnavailableException;
import bellwether.table.SourceUnavailableException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharedRevocationsTest {
  private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");

  private final FakeClusterStore store = new FakeClusterStore();
  private final List<SharedRevocations> nodes = new ArrayList<>();
  private final AtomicInteger changes = new AtomicInteger();
  private final List<String> toldLater = new ArrayList<>();
  private boolean takesNothing;
  private Revocations a;
  private Revocations b;

  @BeforeEach
  void openBoth() throws IOException {
    a = open();
    b = open();
  }

  private Revocations open() throws IOException {
    SharedRevocations records = new SharedRevocations(store, this::tellNodes, toldLater::add);
    Revocations revocations = Revocations.open(records, () -> NOW);
    records.bind(revocations, changes::incrementAndGet);
    nodes.add(records);
    return revocations;
  }

  private void tellNodes(String message) {
    if (takesNothing) {
      throw new LogUnavailableException("it takes nothing", new IOException());
    }
    nodes.forEach(node -> node.heard(List.of(message)));
  }

  private static Token token(String id, String subject) {
    return new Token(id, subject, NOW.minusSeconds(1), null, null);
  }

  @Test
  void whatOneNodeRevokesIsRevokedOnAll() throws IOException {
    a.revokeToken("t", NOW.plusSeconds(60));
    b.revokeSubject("ada");
    for (Revocations each : List.of(a, b, open())) {
      assertThat(each.isRevoked(token("t", "bob"))).isTrue();
      assertThat(each.isRevoked(token("u", "ada"))).isTrue();
      assertThat(each.isRevoked(token("u", "bob"))).isFalse();
    }
    assertThat(changes.get()).as("each node ends streams").isEqualTo(4);
  }

  @Test
  void aTokenThatNeverExpiresStaysRevoked() throws IOException {
    a.revokeToken("t", null);
    assertThat(store.revocations()).containsExactly(new Revocation(Kind.TOKEN, "t", Instant.MAX));
    assertThat(b.isRevoked(token("t", "x"))).isTrue();
  }

  @Test
  void whoMissedWhatWasToldReadsItAgain() throws IOException {
    takesNothing = true;
    assertThatThrownBy(() -> a.revokeToken("t", null)).isInstanceOf(IOException.class);
    assertThat(a.isRevoked(token("t", "x"))).isTrue();
    assertThat(b.isRevoked(token("t", "x"))).isFalse();
    nodes.get(1).missedSome();
    assertThat(b.isRevoked(token("t", "x"))).isTrue();
  }

  @Test
  void whatAStoreHasLostThatANodeKnowsIsPutBackAndToldAgain() throws IOException {
    a.revokeToken("t", null);
    store.loseRevocations();
    nodes.get(1).missedSome();
    assertThat(open().isRevoked(token("t", "x"))).isTrue();
    assertThat(toldLater)
        .containsExactly(SharedRevocations.text(new Revocation(Kind.TOKEN, "t", Instant.MAX)));
  }

  @Test
  void whoCannotReadWhatItMissedFailsSoThatItIsAskedAgain() {
    store.isAway = true;
    assertThatThrownBy(nodes.get(0)::missedSome).isInstanceOf(SourceUnavailableException.class);
  }

  @Test
  void whatIsNotKeptIsSaidSo() {
    store.isAway = true;
    assertThatThrownBy(() -> a.revokeToken("t", null)).isInstanceOf(IOException.class);
    assertThatThrownBy(this::open).isInstanceOf(IOException.class);
  }

  @Test
  void whatANewerNodeTellsIsIgnored() {
    nodes.get(0).heard(List.of("{\"new\":1}", "no JSON", "[]"));
    assertThat(a.isRevoked(token("t", "x"))).isFalse();
  }

  @Test
  void aRevocationReadsAsItWasTold() {
    for (Revocation each :
        List.of(
            new Revocation(Kind.TOKEN, "a \"b\" ü", Instant.MAX),
            new Revocation(Kind.SUBJECT, "ada", NOW.plusNanos(123_456_789)))) {
      assertThat(SharedRevocations.revocation(SharedRevocations.text(each))).isEqualTo(each);
    }
  }
}
