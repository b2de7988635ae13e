package bellwether.cluster;

import bellwether.auth.Revocation;
import bellwether.table.SourceUnavailableException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** A store of nodes in memory, whose clock stands still unless a test moves it. */
final class FakeClusterStore implements ClusterStore {
  private record Kept(Member member, long until) {}

  private record Message(UUID receiver, String text, long until) {}

  private final Map<UUID, Kept> nodes = new LinkedHashMap<>();
  private final Map<UUID, Map<String, Holding>> held = new HashMap<>();
  private final List<Message> messages = new ArrayList<>();
  private final Map<String, Revocation> revoked = new TreeMap<>();

  long millis;
  boolean isAway;
  boolean isHeld; // nobody can be forgotten
  int holds; // calls

  private void answer() {
    if (isAway) {
      throw new SourceUnavailableException("the fake", new SQLException("away"));
    }
  }

  /** As after a crash of a database: what is not logged is gone. */
  void crash() {
    nodes.clear();
    held.clear();
    messages.clear();
  }

  /** As after a fail-over to a standby that lacked them. */
  void loseRevocations() {
    revoked.clear();
  }

  @Override
  public Meeting meet(Member self, Duration life) {
    answer();
    Kept before = nodes.get(self.life());
    Instant since = before == null ? Instant.ofEpochMilli(millis) : before.member.since();
    Member now = new Member(self.life(), self.name(), self.rules(), since);
    nodes.put(self.life(), new Kept(now, millis + life.toMillis()));
    List<Member> others = new ArrayList<>();
    List<UUID> dead = new ArrayList<>();
    for (Kept each : nodes.values()) {
      if (each.until <= millis) {
        dead.add(each.member.life());
      } else if (!each.member.life().equals(self.life())) {
        others.add(each.member);
      }
    }
    return new Meeting(before == null, now, others, dead);
  }

  @Override
  public void forget(UUID life) {
    answer();
    nodes.remove(life);
    held.remove(life);
  }

  @Override
  public boolean forgetIfDead(UUID life) {
    answer();
    Kept kept = nodes.get(life);
    boolean isToForget = kept != null && kept.until <= millis && !isHeld;
    if (isToForget) {
      forget(life);
    }
    return isToForget;
  }

  @Override
  public void hold(UUID life, Collection<Holding> changes) {
    answer();
    holds++;
    Map<String, Holding> mine = held.computeIfAbsent(life, l -> new TreeMap<>());
    for (Holding change : changes) {
      String key = change.kind() + change.id();
      if (change.amount() == 0 && change.body().isEmpty()) {
        mine.remove(key);
      } else {
        mine.put(key, change);
      }
    }
  }

  @Override
  public List<Holding> heldByOthers(UUID life, String kind) {
    answer();
    List<Holding> all = new ArrayList<>();
    for (Kept each : nodes.values()) {
      if (!each.member.life().equals(life) && each.until > millis) {
        all.addAll(heldBy(each.member.life(), kind));
      }
    }
    return all;
  }

  @Override
  public List<Holding> heldBy(UUID life, String kind) {
    answer();
    return held.getOrDefault(life, Map.of()).values().stream()
        .filter(each -> each.kind().equals(kind))
        .toList();
  }

  @Override
  public Map<UUID, Long> amountsOfOthers(UUID life, String kind) {
    Map<UUID, Long> sums = new HashMap<>();
    heldByOthers(life, kind).forEach(each -> sums.merge(each.id(), each.amount(), Long::sum));
    return sums;
  }

  @Override
  public void send(UUID receiver, String message, Duration life) {
    answer();
    messages.add(new Message(receiver, message, millis + life.toMillis()));
  }

  @Override
  public List<String> receive(UUID receiver) {
    answer();
    List<String> texts =
        messages.stream()
            .filter(message -> message.receiver.equals(receiver) && message.until > millis)
            .map(Message::text)
            .toList();
    messages.removeIf(message -> message.receiver.equals(receiver));
    return texts;
  }

  @Override
  public void revoke(Revocation revocation) {
    answer();
    revoked.put(revocation.kind() + revocation.name(), revocation);
  }

  @Override
  public List<Revocation> revocations() {
    answer();
    return List.copyOf(revoked.values());
  }
}
