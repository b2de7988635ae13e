package bellwether.cluster;

import bellwether.auth.Revocation;
import bellwether.auth.Revocation.Kind;
import bellwether.auth.RevocationRecords;
import bellwether.auth.Revocations;
import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Report;
import bellwether.eventlog.shared.ControlListener;
import bellwether.table.SourceUnavailableException;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.spi.JsonProvider;
import java.io.IOException;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The revocations of all nodes, in their store. Each is told to all nodes at one position of the
 * log: nobody who has lost a right by it reads what follows there. Any thread.
 */
public final class SharedRevocations implements RevocationRecords, ControlListener {
  private static final Logger logger = LoggerFactory.getLogger(SharedRevocations.class);
  private static final Report report = new Report(logger);
  private static final JsonProvider json = JsonProvider.provider();

  private final ClusterStore store;
  private final Consumer<String> tellNodes;
  private final Consumer<String> tellLater;

  // Set once, before anything is heard.
  private Consumer<Revocation> learning = revocation -> {};
  private Supplier<List<Revocation>> known = List::of;
  private Runnable onChange = () -> {};

  /**
   * @param tellNodes tells all nodes something in the log; throws as {@link
   *     bellwether.eventlog.shared.SharedEventLog#tellNodes} does
   * @param tellLater does the same without waiting for it
   */
  public SharedRevocations(
      ClusterStore store, Consumer<String> tellNodes, Consumer<String> tellLater) {
    this.store = store;
    this.tellNodes = tellNodes;
    this.tellLater = tellLater;
  }

  /**
   * Sets what learns of revocations from now on.
   *
   * @param action called after each that may have ended a right; must not wait
   */
  public void bind(Revocations revocations, Runnable action) {
    learning = revocations::learn;
    known = revocations::all;
    onChange = action;
  }

  @Override
  public List<Revocation> read() throws IOException {
    try {
      return store.revocations();
    } catch (SourceUnavailableException e) {
      throw new IOException("the revocations cannot be read: " + e.getCause(), e);
    }
  }

  /** Keeps the revocation for nodes that come later, and tells those that are here. */
  @Override
  public void keep(Revocation revocation, Supplier<List<Revocation>> all) throws IOException {
    try {
      store.revoke(revocation); // first: a node that hears of it late, or never, finds it there
      tellNodes.accept(text(revocation));
    } catch (SourceUnavailableException | LogUnavailableException | AppendInDoubtException e) {
      throw new IOException("the other nodes may not have learned of it", e);
    }
  }

  @Override
  public void heard(List<String> messages) {
    for (String message : messages) {
      try {
        learning.accept(revocation(message));
      } catch (JsonException | ClassCastException | IllegalArgumentException e) {
        report.error("What a node has told makes no sense here; it may be newer than this one", e);
      }
    }
    onChange.run();
  }

  /**
   * Learns what this node has missed. And a store that has lost entries may have lost revocations:
   * those that this node knows are put back, for nodes that come later, and told again, for nodes
   * that had not heard of them.
   */
  @Override
  public void missedSome() {
    readAgain();
    Set<Revocation> kept = new HashSet<>(store.revocations());
    for (Revocation lost : known.get().stream().filter(each -> !kept.contains(each)).toList()) {
      store.revoke(lost);
      tellLater.accept(text(lost));
    }
  }

  /**
   * Learns of all revocations that are kept.
   *
   * @throws SourceUnavailableException if they cannot be read
   */
  public void readAgain() {
    store.revocations().forEach(learning);
    onChange.run();
  }

  static String text(Revocation revocation) {
    return json.createObjectBuilder()
        .add("revoked", revocation.kind().name().toLowerCase(Locale.ROOT))
        .add("name", revocation.name())
        .add("at", revocation.at().equals(Instant.MAX) ? "never" : revocation.at().toString())
        .build()
        .toString();
  }

  static Revocation revocation(String text) {
    JsonObject told = json.createReader(new StringReader(text)).readObject();
    String at = told.getString("at", "");
    return new Revocation(
        Kind.valueOf(told.getString("revoked", "").toUpperCase(Locale.ROOT)),
        told.getString("name", ""),
        at.equals("never") ? Instant.MAX : time(at));
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("not a time: " + text, e);
    }
  }
}
