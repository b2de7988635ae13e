package bellwether.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the JDK's own tool says about a server's JVM, which need not be prepared for it. */
public final class Jcmd {
  private Jcmd() {}

  /** The names of all threads, one to a line, in double quotes. */
  public static String threads(long pid) {
    // Only the names: what the threads of the container run is not asked here.
    Stream<String> lines = Stream.of(run(pid, "Thread.print").split("\n"));
    return String.join("\n", lines.filter(line -> line.startsWith("\"")).toList());
  }

  /** How many objects of the class can be reached; collects the garbage first. */
  public static int reachable(long pid, String className) {
    Pattern line =
        Pattern.compile(
            "^ *\\d+: +(\\d+) +\\d+ +" + Pattern.quote(className) + "(?: .*)?$", Pattern.MULTILINE);
    Matcher found = line.matcher(run(pid, "GC.class_histogram"));
    return found.find() ? Integer.parseInt(found.group(1)) : 0;
  }

  private static String run(long pid, String command) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process process =
          new ProcessBuilder(jcmd, Long.toString(pid), command).redirectErrorStream(true).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError("jcmd " + command + " said:\n" + text);
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
  }
}
