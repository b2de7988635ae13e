package bellwether.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Everything a process prints, as it prints it: both streams in one text, line by line. */
public final class ProcessOutput {
  /** A process that logs without end must not take the test's memory; the oldest half goes. */
  private static final int LIMIT = 4_000_000;

  private final String name;
  private final List<Thread> readers;
  // Guarded by this.
  private final StringBuilder text = new StringBuilder();
  private int openStreams;

  /** Starts reading at once: a process whose pipes are full stands still. */
  public ProcessOutput(String name, Process process) {
    this.name = name;
    readers = List.of(reader(process.getInputStream()), reader(process.getErrorStream()));
    openStreams = readers.size();
    readers.forEach(Thread::start);
  }

  public synchronized String text() {
    return text.toString();
  }

  /** Waits for a match; a process that has ended without one has failed the wait. */
  synchronized MatchResult await(Pattern pattern, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    Matcher matcher = pattern.matcher(text);
    while (!matcher.reset().find()) {
      long left = deadline - System.nanoTime();
      if (left <= 0 || openStreams == 0) {
        throw new AssertionError(
            "%s %s \"%s\"; it said:%n%s"
                .formatted(name, left <= 0 ? "has not said" : "ended without", pattern, text));
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
      } catch (InterruptedException e) {
        throw Await.interrupted(e);
      }
    }
    return matcher.toMatchResult();
  }

  /** What a process said last is often what matters; call this once the process is gone. */
  public void awaitEnd() {
    for (Thread reader : readers) {
      try {
        reader.join(5_000);
      } catch (InterruptedException e) {
        throw Await.interrupted(e);
      }
    }
  }

  private Thread reader(InputStream stream) {
    Thread thread = new Thread(() -> readAll(stream), name + "-output");
    thread.setDaemon(true);
    return thread;
  }

  private void readAll(InputStream stream) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        append(line);
      }
    } catch (IOException e) {
      append("[output of " + name + " could not be read on: " + e + "]");
    } finally {
      ended();
    }
  }

  private synchronized void append(String line) {
    if (text.length() > LIMIT) {
      text.delete(0, LIMIT / 2).insert(0, "[earlier output dropped]\n");
    }
    text.append(line).append('\n');
    notifyAll();
  }

  private synchronized void ended() {
    openStreams--;
    notifyAll();
  }
}
