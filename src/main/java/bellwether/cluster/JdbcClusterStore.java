package bellwether.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.auth.Revocation;
import bellwether.auth.Revocation.Kind;
import bellwether.table.JdbcTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;

/** The nodes' tables in PostgreSQL, in the schema of the log that they share. */
public final class JdbcClusterStore implements ClusterStore {
  /*
   * Every statement is one transaction, and no session is left in a state, as in the log's store.
   * Deletions of messages that nobody has taken, and of revocations that nobody needs, go along with
   * a meeting: both are few.
   */
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z"); // later is never
  private static final int MESSAGES = 100; // at once
  private static final String LIFE = "clock_timestamp() + ? * interval '1 millisecond'";

  private final JdbcTable table;
  private final String schema;

  /**
   * @param dataSource gives connections in auto-commit mode, whose calls end within a bounded time
   * @param schema the log's, whose tables have been made
   */
  public JdbcClusterStore(DataSource dataSource, String schema) {
    this.table = new JdbcTable(dataSource, "the cluster's tables");
    this.schema = schema;
  }

  @Override
  public Meeting meet(Member self, Duration life) {
    return table.once(
        connection -> {
          boolean isNew = insertOrRenew(connection, self, life);
          JdbcTable.update(
              connection,
              "DELETE FROM " + schema + ".message WHERE until < clock_timestamp()",
              statement -> {});
          List<Member> all = new ArrayList<>();
          List<UUID> dead = new ArrayList<>();
          readNodes(connection, all, dead);
          Member now =
              all.stream().filter(m -> m.life().equals(self.life())).findFirst().orElse(self);
          all.remove(now);
          return new Meeting(isNew, now, all, dead);
        });
  }

  /** Returns whether the node was not there. */
  private boolean insertOrRenew(Connection connection, Member self, Duration life)
      throws SQLException {
    String sql =
        "INSERT INTO "
            + schema
            + ".node AS n (life, name, rules, until) VALUES (?, ?, ?, "
            + LIFE
            + ") ON CONFLICT (life) DO UPDATE SET until = excluded.until RETURNING xmax = 0";
    return JdbcTable.query(
            connection,
            sql,
            statement -> {
              statement.setObject(1, self.life());
              statement.setString(2, self.name());
              statement.setString(3, self.rules());
              statement.setLong(4, life.toMillis());
            },
            row -> row.getBoolean(1))
        .get(0);
  }

  private void readNodes(Connection connection, List<Member> living, List<UUID> dead)
      throws SQLException {
    String sql =
        "SELECT life, name, rules, since, until > clock_timestamp() AS lives FROM "
            + schema
            + ".node ORDER BY since, life";
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        UUID life = rows.getObject("life", UUID.class);
        if (rows.getBoolean("lives")) {
          Instant since = JdbcTable.requiredInstant(rows, "since");
          living.add(new Member(life, rows.getString("name"), rows.getString("rules"), since));
        } else {
          dead.add(life);
        }
      }
    }
  }

  @Override
  public void forget(UUID life) {
    update("DELETE FROM " + schema + ".node WHERE life = ?", s -> s.setObject(1, life));
    update(
        "DELETE FROM " + schema + ".message WHERE receiver = ? OR until < clock_timestamp()",
        statement -> statement.setObject(1, life));
  }

  @Override
  public boolean forgetIfDead(UUID life) {
    // Not while a transaction of the dead node is still open, which may last for hours: each try
    // would leave a session behind that waits for it.
    String sql =
        "DELETE FROM %s.node WHERE life IN (SELECT life FROM %s.node".formatted(schema, schema)
            + " WHERE life = ? AND until < clock_timestamp() FOR UPDATE SKIP LOCKED)";
    return table.once(
            connection ->
                JdbcTable.update(connection, sql, statement -> statement.setObject(1, life)))
        == 1;
  }

  @Override
  public void hold(UUID life, Collection<Holding> changes) {
    String put =
        "INSERT INTO "
            + schema
            + ".holding (life, kind, id, amount, body) VALUES (?, ?, ?, ?, ?)"
            + " ON CONFLICT (life, kind, id)"
            + " DO UPDATE SET amount = excluded.amount, body = excluded.body";
    String remove = "DELETE FROM " + schema + ".holding WHERE life = ? AND kind = ? AND id = ?";
    var unused =
        table.together(
            connection -> {
              try (PreparedStatement puts = connection.prepareStatement(put);
                  PreparedStatement removes = connection.prepareStatement(remove)) {
                for (Holding change : changes) {
                  boolean isGone = change.amount() == 0 && change.body().isEmpty();
                  PreparedStatement statement = isGone ? removes : puts;
                  statement.setObject(1, life);
                  statement.setString(2, change.kind());
                  statement.setObject(3, change.id());
                  if (!isGone) {
                    statement.setLong(4, change.amount());
                    statement.setString(5, change.body());
                  }
                  statement.addBatch();
                }
                removes.executeBatch();
                return puts.executeBatch();
              }
            });
  }

  @Override
  public List<Holding> heldByOthers(UUID life, String kind) {
    return table.query(
        "SELECT h.kind, h.id, h.amount, h.body FROM "
            + ofOthers()
            + " ORDER BY h.life, h.id", // so that the same list has the same tag on every node
        statement -> {
          statement.setString(1, kind);
          statement.setObject(2, life);
        },
        JdbcClusterStore::holding);
  }

  @Override
  public List<Holding> heldBy(UUID life, String kind) {
    return table.query(
        "SELECT kind, id, amount, body FROM " + schema + ".holding WHERE life = ? AND kind = ?",
        statement -> {
          statement.setObject(1, life);
          statement.setString(2, kind);
        },
        JdbcClusterStore::holding);
  }

  @Override
  public Map<UUID, Long> amountsOfOthers(UUID life, String kind) {
    Map<UUID, Long> amounts = new HashMap<>();
    table
        .query(
            "SELECT h.id, sum(h.amount)::BIGINT AS amount FROM " + ofOthers() + " GROUP BY h.id",
            statement -> {
              statement.setString(1, kind);
              statement.setObject(2, life);
            },
            row -> Map.entry(row.getObject("id", UUID.class), row.getLong("amount")))
        .forEach(each -> amounts.put(each.getKey(), each.getValue()));
    return amounts;
  }

  private String ofOthers() {
    return schema
        + ".holding h JOIN "
        + schema
        + ".node n USING (life)"
        + " WHERE h.kind = ? AND h.life <> ? AND n.until > clock_timestamp()";
  }

  private static Holding holding(ResultSet row) throws SQLException {
    return new Holding(
        row.getString("kind"),
        row.getObject("id", UUID.class),
        row.getLong("amount"),
        row.getString("body"));
  }

  @Override
  public void send(UUID receiver, String message, Duration life) {
    update(
        "INSERT INTO " + schema + ".message (receiver, body, until) VALUES (?, ?, " + LIFE + ')',
        statement -> {
          statement.setObject(1, receiver);
          statement.setString(2, message);
          statement.setLong(3, life.toMillis());
        });
  }

  @Override
  public List<String> receive(UUID receiver) {
    return table.query(
        "WITH taken AS (DELETE FROM "
            + schema
            + ".message WHERE number IN (SELECT number FROM "
            + schema
            + ".message WHERE receiver = ? ORDER BY number LIMIT "
            + MESSAGES
            + ") RETURNING number, body, until)"
            + " SELECT body FROM taken WHERE until > clock_timestamp() ORDER BY number",
        statement -> statement.setObject(1, receiver),
        row -> row.getString(1));
  }

  @Override
  public void revoke(Revocation revocation) {
    update(
        "INSERT INTO "
            + schema
            + ".revocation AS r (kind, digest, name, at) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (kind, digest) DO UPDATE SET at = greatest(r.at, excluded.at)",
        statement -> {
          statement.setString(1, name(revocation.kind()));
          statement.setObject(2, digest(revocation.name()));
          statement.setString(3, revocation.name());
          statement.setObject(4, timeOf(revocation.at()));
        });
  }

  @Override
  public List<Revocation> revocations() {
    update(
        "DELETE FROM " + schema + ".revocation WHERE kind = 'token' AND at < clock_timestamp()",
        statement -> {});
    return table.query(
        "SELECT kind, name, at FROM " + schema + ".revocation",
        statement -> {},
        row -> new Revocation(kind(row.getString("kind")), row.getString("name"), instant(row)));
  }

  private static String name(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static Kind kind(String name) {
    return Kind.valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** For ever is PostgreSQL's infinity, which the driver has as the last time of all. */
  private static OffsetDateTime timeOf(Instant at) {
    return at.isAfter(LAST) ? OffsetDateTime.MAX : at.atOffset(ZoneOffset.UTC);
  }

  private static Instant instant(ResultSet row) throws SQLException {
    OffsetDateTime at = row.getObject("at", OffsetDateTime.class);
    return at.equals(OffsetDateTime.MAX) ? Instant.MAX : at.toInstant();
  }

  static UUID digest(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(UTF_8));
  }

  private void update(String sql, JdbcTable.Binding binding) {
    var unused = table.once(connection -> JdbcTable.update(connection, sql, binding));
  }
}
