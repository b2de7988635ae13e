package bellwether.eventlog.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.eventlog.Epochs;
import bellwether.eventlog.Epochs.Epoch;
import bellwether.eventlog.Losses.Loss;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The file of facts that a log keeps about itself beside its entries: readable lines, each a word
 * and its values.
 *
 * @param droppedThrough the position up to which all entries are gone, except retained ones
 * @param loss the events that are gone; retained entries do not count
 * @param boot the id of the start of the machine in which this life began; empty if that is not
 *     known
 * @param isEverySynced whether each entry was on the medium before any reader saw it
 * @param closedAt the newest position, if the log was closed in order; else -1
 */
record Manifest(
    Epochs epochs,
    long droppedThrough,
    Loss loss,
    String boot,
    boolean isEverySynced,
    long closedAt) {
  static final String NAME = "manifest";

  private static final String TITLE = "bellwether-log 1";
  private static final String UNFINISHED = "bellwether-log unfinished";
  private static final int OPEN = -1;

  /**
   * Reads the manifest; returns the manifest of a new log if there is none.
   *
   * @throws IOException if it cannot be read, or is of an unknown version
   */
  static Manifest read(ReadableDisk disk) throws IOException {
    byte[] bytes = disk.read(NAME);
    if (bytes == null) {
      return new Manifest(new Epochs(List.of()), 0, Loss.NONE, "", true, 0);
    }
    List<String> lines = new String(bytes, UTF_8).lines().toList();
    if (isUnfinished(lines)) {
      throw new IOException(
          disk + " has a part of a log that was being moved there: move it again, or delete it");
    }
    if (lines.isEmpty() || !lines.get(0).equals(TITLE)) {
      throw new IOException(
          disk
              + ": the manifest says \""
              + (lines.isEmpty() ? "" : lines.get(0))
              + "\", and not \""
              + TITLE
              + "\": it is damaged, or of a newer version");
    }
    try {
      return parse(lines.subList(1, lines.size()));
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      throw new IOException(disk + ": the manifest is damaged: " + e.getMessage(), e);
    }
  }

  private static boolean isUnfinished(List<String> lines) {
    return !lines.isEmpty() && lines.get(0).equals(UNFINISHED);
  }

  /** Returns whether the directory has a log that has not been written to its end. */
  static boolean isUnfinished(ReadableDisk disk) throws IOException {
    byte[] bytes = disk.read(NAME);
    return bytes != null && isUnfinished(new String(bytes, UTF_8).lines().toList());
  }

  /**
   * Marks a directory as one to which a log is being written, so that no server, of any version,
   * takes a part of the log for all of it.
   */
  static void writeUnfinished(Disk disk) throws IOException {
    disk.replace(NAME, (UNFINISHED + '\n').getBytes(UTF_8));
  }

  private static Manifest parse(List<String> lines) {
    List<Epoch> epochs = new ArrayList<>();
    long dropped = 0;
    Loss loss = Loss.NONE;
    String boot = "";
    boolean isEverySynced = false;
    long closedAt = OPEN;
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "epoch" ->
            epochs.add(
                new Epoch(
                    words[1],
                    Long.parseLong(words[2]),
                    words.length > 3 ? Long.parseLong(words[3]) : Long.MAX_VALUE));
        case "dropped" -> dropped = Long.parseLong(words[1]);
        case "lost" -> loss = new Loss(Long.parseLong(words[1]), Instant.parse(words[2]));
        case "boot" -> boot = words[1];
        case "synced" -> isEverySynced = words[1].equals("always");
        case "closed" -> closedAt = Long.parseLong(words[1]);
        default -> throw new IllegalArgumentException("unknown line \"" + line + '"');
      }
    }
    return new Manifest(new Epochs(epochs), dropped, loss, boot, isEverySynced, closedAt);
  }

  void write(Disk disk) throws IOException {
    StringBuilder text = new StringBuilder(TITLE).append('\n');
    for (Epoch epoch : epochs.list()) {
      text.append("epoch ").append(epoch.name()).append(' ').append(epoch.first());
      text.append(epoch.last() == Long.MAX_VALUE ? "" : " " + epoch.last()).append('\n');
    }
    text.append("dropped ").append(droppedThrough).append('\n');
    if (loss.through() > 0) {
      text.append("lost ").append(loss.through()).append(' ').append(loss.at()).append('\n');
    }
    if (!boot.isEmpty()) {
      text.append("boot ").append(boot).append('\n');
    }
    text.append("synced ").append(isEverySynced ? "always" : "later").append('\n');
    if (closedAt != OPEN) {
      text.append("closed ").append(closedAt).append('\n');
    }
    disk.replace(NAME, text.toString().getBytes(UTF_8));
  }

  /** Returns the manifest of a log that has been opened. */
  Manifest opened(Epochs newEpochs, Loss newLoss, String newBoot, boolean willSyncEvery) {
    return new Manifest(newEpochs, droppedThrough, newLoss, newBoot, willSyncEvery, OPEN);
  }

  Manifest dropped(long through, Loss newLoss) {
    return new Manifest(epochs, through, newLoss, boot, isEverySynced, closedAt);
  }

  /** Returns the manifest after the log was closed in order. */
  Manifest closed(long newest) {
    return new Manifest(epochs, droppedThrough, loss, boot, isEverySynced, newest);
  }

  boolean isClosed() {
    return closedAt != OPEN;
  }

  /** Returns the newest position that the manifest knows to have existed. */
  long newestKnown() {
    List<Epoch> lives = epochs.list();
    long beforeThisLife = lives.isEmpty() ? 0 : lives.get(lives.size() - 1).first() - 1;
    return Math.max(beforeThisLife, closedAt);
  }

  /**
   * Returns whether the manifest was written in this start of the machine; false if that is not
   * known.
   */
  boolean isOfBoot(String current) {
    return !current.isEmpty() && current.equals(boot);
  }

  /**
   * Returns the manifest of a copy. The copy counts as not closed, so opening it begins another
   * life, which never gives an id that the original gives too. But no entry counts as missing if
   * the original was closed in order.
   */
  Manifest copied() {
    return new Manifest(epochs, droppedThrough, loss, boot, isEverySynced || isClosed(), OPEN);
  }
}
