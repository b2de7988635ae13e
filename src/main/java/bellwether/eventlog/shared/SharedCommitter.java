package bellwether.eventlog.shared;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.shared.SharedStore.Draft;
import bellwether.eventlog.shared.SharedStore.Keep;
import bellwether.eventlog.shared.SharedStore.Mark;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends this node's requests to the store, in groups, one group after the other. One thread at a
 * time.
 */
final class SharedCommitter {
  /*
   * If the store does not answer, nobody knows whether a group has been appended. So the same group
   * is sent again under the same name, until the store says where it stands. When its time is over
   * it is given up: from then on the store refuses a copy that may still be on its way, and the
   * publishers can be told for certain. Only if giving up gets no answer either, they are told that
   * the outcome is unknown. Later groups wait meanwhile, since the order of submission is kept.
   */
  private static final Logger logger = LoggerFactory.getLogger(SharedCommitter.class);
  private static final Duration MEMORY = Duration.ofMinutes(30); // half of what the store has
  private static final Duration TRIMMING = Duration.ofSeconds(1);
  private static final Duration RETRY = Duration.ofSeconds(10); // of trimming, which may be slow

  private final SharedStore store;
  private final Tail tail;
  private final SubmissionQueue queue;
  private final SharedLogLimits limits;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Supplier<UUID> names;
  private final Fence fence;
  private final Consumer<Submission> appended;

  // Confined to the committing thread.
  private @Nullable Group current;
  private long nextTrimming; // on the clock of nanoTime
  private long notBefore; // trimming failed; likewise

  private volatile boolean isAway; // whether the last call failed
  private volatile @Nullable Work work; // what this thread is at

  /** A group that the committing thread works on, since a time on the clock of nanoTime. */
  private record Work(Group group, long since) {}

  /** The requests that go to the store together, under one name. */
  private static final class Group {
    final UUID name;
    final List<Submission> submissions;
    final @Nullable Long fence;
    final List<Draft> drafts = new ArrayList<>();
    boolean isInDoubt;

    Group(UUID name, List<Submission> submissions, Fence fence) {
      this.name = name;
      this.submissions = submissions;
      this.fence = submissions.get(0).isFenced ? fence.ours() : null;
      submissions.forEach(each -> drafts.addAll(each.drafts));
    }

    long submittedAt() {
      return submissions.get(0).submittedAt;
    }

    void fail(RuntimeException answer) {
      submissions.forEach(each -> each.answer.completeExceptionally(answer));
    }

    long bytes() {
      return submissions.stream().mapToLong(each -> each.bytes).sum();
    }
  }

  /**
   * @param names gives a name that no other append has, on any node
   * @param appended receives each request whose entries the store has, in order
   */
  SharedCommitter(
      SharedStore store,
      Tail tail,
      SubmissionQueue queue,
      SharedLogLimits limits,
      InstantSource clock,
      LongSupplier nanoTime,
      Supplier<UUID> names,
      Fence fence,
      Consumer<Submission> appended) {
    this.store = store;
    this.tail = tail;
    this.queue = queue;
    this.limits = limits;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.names = names;
    this.fence = fence;
    this.appended = appended;
    this.nextTrimming = nanoTime.getAsLong() + TRIMMING.toNanos();
    this.notBefore = nanoTime.getAsLong();
  }

  /** Returns whether the store did not answer the last time. Any thread. */
  boolean isAway() {
    return isAway;
  }

  /** Appends what waits, until nothing does or the store fails. Waits for the store. */
  void commitAll() {
    trimIfDue();
    while (true) {
      Group group = current != null ? current : nextGroup();
      if (group == null) {
        return;
      }
      work = new Work(group, nanoTime.getAsLong());
      try {
        if (!isSettled(group)) {
          return;
        }
      } finally {
        work = null;
      }
      current = null;
    }
  }

  /**
   * Answers those whose request the store keeps waiting, if it was submitted before a time, on the
   * clock of nanoTime. Any thread.
   */
  void answerOverdue(long latest) {
    Work now = work;
    if (now != null && nanoTime.getAsLong() - now.since >= limits.patience().toNanos() / 10) {
      for (Submission each : now.group.submissions) {
        if (each.submittedAt - latest < 0) {
          each.answer.completeExceptionally(
              new AppendInDoubtException(
                  "nobody knows yet whether it has been kept",
                  new IOException("its store does not answer")));
        }
      }
    }
  }

  private @Nullable Group nextGroup() {
    List<Submission> submissions = queue.nextGroup();
    current = submissions.isEmpty() ? null : new Group(names.get(), submissions, fence);
    return current;
  }

  /** Tries to append the group; returns whether everybody in it has, or will have, an answer. */
  private boolean isSettled(Group group) {
    if (group.isInDoubt && isForgotten(group)) {
      return giveUp(group, new StoreException("it took too long", new IOException("late"), true));
    }
    try {
      makeRoomFor(group);
      place(group, store.append(group.name, group.drafts, group.fence));
      succeeded();
      return true;
    } catch (FencedException e) {
      fence.passed(group.fence);
      group.fail(LogUnavailableException.cannotWrite(e));
      return true;
    } catch (StoreException e) {
      failed(e);
      group.isInDoubt |= e.isInDoubt();
      return isOverdue(group) && giveUp(group, e);
    } catch (RuntimeException | Error e) { // no memory, perhaps, and for this group there never is
      StoreException unknown = new StoreException(e.toString(), e, true);
      failed(unknown);
      group.isInDoubt = true;
      return isOverdue(group) && giveUp(group, unknown);
    }
  }

  private void failed(StoreException e) {
    if (!isAway) {
      logger.error("The event log's store does not take entries: {}", e.getMessage());
    }
    isAway = true;
  }

  private void succeeded() {
    if (isAway) {
      logger.info("The event log's store takes entries again");
    }
    isAway = false;
  }

  private void place(Group group, List<Long> positions) {
    int from = 0;
    for (Submission submission : group.submissions) {
      int to = from + submission.drafts.size();
      submission.positions = List.copyOf(positions.subList(from, to));
      from = to;
      appended.accept(submission);
    }
  }

  private boolean isOverdue(Group group) {
    return nanoTime.getAsLong() - group.submittedAt() >= limits.patience().toNanos();
  }

  private boolean giveUp(Group group, StoreException cause) {
    RuntimeException answer = LogUnavailableException.cannotWrite(cause);
    if (group.isInDoubt && isForgotten(group)) {
      answer = new AppendInDoubtException("nobody knows whether it has been kept", cause);
    } else if (group.isInDoubt) {
      try {
        List<Long> positions = store.giveUp(group.name, group.drafts).orElse(null);
        if (positions != null) {
          place(group, positions);
          return true;
        }
      } catch (StoreException e) {
        answer = new AppendInDoubtException("nobody knows whether it has been kept", e);
      }
    }
    group.fail(answer);
    return true;
  }

  /**
   * Returns whether the store may have forgotten the name of the append: then it could be made
   * twice. By the wall clock, since the machine may have slept.
   */
  private boolean isForgotten(Group group) {
    return clock.instant().isAfter(group.drafts.get(0).time().plus(MEMORY));
  }

  /** Makes room if that is possible: nobody is refused because old entries cannot be dropped. */
  private void makeRoomFor(Group group) {
    Mark mark = tail.view().mark();
    Keep keep = limits.keep();
    if (mark.entries() + group.drafts.size() > keep.entries()
        || mark.bytes() + group.bytes() > keep.bytes()) {
      trim(group.drafts.size(), group.bytes());
    }
  }

  private void trimIfDue() {
    if (nanoTime.getAsLong() - nextTrimming >= 0) {
      trim(0, 0);
    }
  }

  private void trim(int coming, long comingBytes) {
    long now = nanoTime.getAsLong();
    nextTrimming = now + TRIMMING.toNanos();
    if (now - notBefore < 0) {
      return;
    }
    try {
      Mark before = tail.view().mark();
      Mark after = store.trim(limits.keep(), coming, comingBytes, clock.instant());
      tail.view().requireNoOlder(after, 0);
      tail.heard(after);
      if (after.oldest() <= before.oldest()) { // there was nothing to drop; not for each append
        notBefore = nextTrimming;
      }
    } catch (StoreException e) { // perhaps a long transaction keeps the oldest entries
      notBefore = now + RETRY.toNanos();
      logger.debug("The log is not trimmed now", e);
    }
  }

  /** Answers everybody whose request has not been appended: the log is closed. */
  void failAll() {
    RuntimeException closed = SubmissionQueue.unavailable("it is closed");
    queue.close().forEach(each -> each.answer.completeExceptionally(closed));
    Group group = current;
    if (group != null) {
      RuntimeException answer =
          group.isInDoubt
              ? new AppendInDoubtException("the log is closed before the store answered", closed)
              : closed;
      group.fail(answer);
    }
  }
}
