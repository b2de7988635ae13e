package bellwether.eventlog.file;

import org.jspecify.annotations.Nullable;

/** The appends whose submitters have no answer yet, oldest first. Confined to a lock. */
final class Unanswered {
  /*
   * The list links the appends themselves: neither adding nor taking out allocates, so no append is
   * forgotten when there is no memory.
   */
  private @Nullable Appending first;
  private @Nullable Appending last;

  void add(Appending appending) {
    if (last == null) {
      first = appending;
    } else {
      last.unanswered = appending;
    }
    last = appending;
  }

  /** Puts an append that could not be answered back, as the first. */
  void putBack(Appending appending) {
    appending.unanswered = first;
    first = appending;
    if (last == null) {
      last = appending;
    }
  }

  /** Returns the oldest append that is neither visible nor failed; null if there is none. */
  @Nullable Appending oldestUnsettled() {
    Appending one = first;
    while (one != null && one.isSettled()) {
      one = one.unanswered;
    }
    return one;
  }

  /** Takes the settled appends out from the front, as a chain. */
  @Nullable Appending takeSettled() {
    Appending chain = first;
    Appending end = null;
    while (first != null && first.isSettled()) {
      end = first;
      first = first.unanswered;
    }
    if (first == null) {
      last = null;
    }
    if (end == null) {
      return null;
    }
    end.unanswered = null;
    return chain;
  }

  /**
   * Takes out all appends that have failed or are overdue, as a chain, and gives up those of them
   * that are not settled. An append that has just become visible stays: readers are told of it
   * first.
   *
   * @param submittedBefore the latest time at which an overdue append was submitted
   */
  @Nullable Appending takeOverdue(long submittedBefore) {
    Appending chain = null;
    Appending end = null;
    Appending one = first;
    first = null;
    last = null;
    while (one != null) {
      Appending next = one.unanswered;
      one.unanswered = null;
      if (!one.hasFailed() && one.submittedAt - submittedBefore > 0) {
        add(one);
      } else {
        if (!one.isSettled()) {
          one.giveUp();
        }
        if (end == null) {
          chain = one;
        } else {
          end.unanswered = one;
        }
        end = one;
      }
      one = next;
    }
    return chain;
  }
}
