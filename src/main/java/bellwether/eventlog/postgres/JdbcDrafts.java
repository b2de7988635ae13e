package bellwether.eventlog.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.Publication;
import bellwether.eventlog.StateKey;
import bellwether.eventlog.shared.SharedStore.Draft;
import bellwether.topic.Topic;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The drafts of an append, as the database wants them: each idempotency key once, and digests in
 * place of names, which may be longer than an index allows.
 */
final class JdbcDrafts {
  private static final UUID NOBODY = new UUID(0, 0); // the audience of a public state

  private final List<Draft> sent = new ArrayList<>();
  private final int[] places; // of each draft, or of the earlier one with its key, in the list

  JdbcDrafts(List<Draft> drafts) {
    places = new int[drafts.size()];
    Map<String, Integer> placeByKey = new HashMap<>();
    for (int i = 0; i < places.length; i++) {
      String key = drafts.get(i).publication().idempotencyKey();
      Integer earlier = key == null ? null : placeByKey.putIfAbsent(key, sent.size());
      if (earlier == null) {
        places[i] = sent.size();
        sent.add(drafts.get(i));
      } else {
        places[i] = earlier;
      }
    }
  }

  /** Binds six arrays, from this parameter on. */
  void bind(PreparedStatement statement, int parameter) throws SQLException {
    int size = sent.size();
    byte[][] bodies = new byte[size][];
    Long[] times = new Long[size];
    @Nullable UUID[] topics = new UUID[size];
    @Nullable UUID[] audiences = new UUID[size];
    @Nullable UUID[] keys = new UUID[size];
    @Nullable UUID[] ids = new UUID[size];
    for (int i = 0; i < size; i++) {
      Draft draft = sent.get(i);
      Publication publication = draft.publication();
      bodies[i] = new EntryRecord(0, draft.time(), publication, draft.isRetained(), false).encode();
      times[i] = EntryRecord.micros(draft.time());
      if (draft.isRetained()) {
        StateKey state = StateKey.of(publication);
        topics[i] = topic(state);
        audiences[i] = audience(state);
      }
      String key = publication.idempotencyKey();
      String id = publication.id();
      keys[i] = key == null ? null : key(key);
      ids[i] = id == null ? null : id(id);
    }
    statement.setArray(parameter, statement.getConnection().createArrayOf("bytea", bodies));
    statement.setArray(parameter + 1, statement.getConnection().createArrayOf("int8", times));
    bind(statement, parameter + 2, topics);
    bind(statement, parameter + 3, audiences);
    bind(statement, parameter + 4, keys);
    bind(statement, parameter + 5, ids);
  }

  /**
   * Returns the position of each draft.
   *
   * @param given the position of each that was sent; or the first one, if the others follow it
   */
  List<Long> positions(Long[] given) {
    List<Long> positions = new ArrayList<>(places.length);
    for (int place : places) {
      positions.add(given.length == sent.size() ? given[place] : given[0] + place);
    }
    return positions;
  }

  /** Returns the digest of an id that a publisher gave. */
  static UUID id(String id) {
    return digest("i", List.of(id));
  }

  /** Returns the digest of an idempotency key. */
  static UUID key(String key) {
    return digest("k", List.of(key));
  }

  /** Returns the digest of a state's topic. */
  static UUID topic(StateKey key) {
    return digest("t", List.of(key.topic().name()));
  }

  /** Returns the digest of the topics that decide who may read a state. */
  static UUID audience(StateKey key) {
    return key.audience().isEmpty()
        ? NOBODY
        : digest("a", key.audience().stream().map(Topic::name).sorted().toList());
  }

  private static void bind(PreparedStatement statement, int parameter, @Nullable UUID[] digests)
      throws SQLException {
    boolean isEmpty = true;
    for (UUID digest : digests) {
      isEmpty &= digest == null;
    }
    statement.setArray(
        parameter,
        statement.getConnection().createArrayOf("uuid", isEmpty ? new UUID[0] : digests));
  }

  /** Returns the first half of the SHA-256 of texts, each of them with its length before it. */
  private static UUID digest(String kind, List<String> texts) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    digest.update(kind.getBytes(UTF_8));
    for (String text : texts) {
      byte[] bytes = text.getBytes(UTF_8);
      digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
      digest.update(bytes);
    }
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    return new UUID(hash.getLong(), hash.getLong());
  }
}
