package bellwether.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the processes of a server have used, as Linux says. */
final class ServerUsage {
  /*
   * CPU time is user and system time of /proc/<pid>/stat. It comes in hundredths of a second, but
   * is taken from what the scheduler measured and not from ticks, and it has the time of threads
   * that have ended, which /proc/<pid>/task/* no longer has; a JVM's compiler threads come and go.
   * A measurement that lasts for a second of CPU time is right to within one or two per cent.
   */
  private static final Duration TICK = Duration.ofMillis(10); // USER_HZ is 100 on every Linux
  private static final Pattern HEAP_USE = Pattern.compile("total \\d+K, used (\\d+)K");
  private static final int UTIME = 11; // among the fields behind the name
  private static final int STIME = 12;

  private final List<Long> pids;

  ServerUsage(List<Long> pids) {
    this.pids = List.copyOf(pids);
  }

  Duration cpu() throws IOException {
    long ticks = 0;
    for (long pid : pids) {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      ticks += Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
    }
    return TICK.multipliedBy(ticks);
  }

  /** Resident memory in bytes. What the kernel keeps for sockets belongs to no process. */
  long resident() throws IOException {
    long kilobytes = 0;
    for (long pid : pids) {
      Path path = Path.of("/proc", Long.toString(pid), "smaps_rollup"); // exact, status is not
      for (String line : Files.readAllLines(path)) {
        if (line.startsWith("Rss:")) {
          kilobytes += Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    }
    return kilobytes * 1024;
  }

  /** What is alive in the heap of a JVM, in bytes, after a full collection. */
  long liveHeap() throws IOException, InterruptedException {
    jcmd("GC.run");
    Matcher generation = HEAP_USE.matcher(jcmd("GC.heap_info"));
    long kilobytes = 0;
    while (generation.find()) {
      kilobytes += Long.parseLong(generation.group(1));
    }
    if (kilobytes == 0) {
      throw new IOException("jcmd GC.heap_info says nothing of a heap");
    }
    return kilobytes * 1024;
  }

  private String jcmd(String command) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(jcmd.toString(), Long.toString(pids.get(0)), command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("jcmd " + command + " failed");
    }
    return output;
  }

  /** Returns once the server has been idle for a second, or after ten. */
  void awaitIdle() throws IOException, InterruptedException {
    Duration before = cpu();
    for (int i = 0; i < 10; i++) {
      TimeUnit.SECONDS.sleep(1);
      Duration now = cpu();
      if (now.minus(before).compareTo(TICK.multipliedBy(3)) <= 0) {
        return;
      }
      before = now;
    }
  }
}
