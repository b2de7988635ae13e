package bellwether.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.config.SettingsException;
import bellwether.config.SettingsReader;
import bellwether.eventlog.file.StoredLog;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The command line tool for logs: results go to standard output in UTF-8, errors to standard error.
 */
public final class LogTool {
  private static final int WHOLE = 0;
  private static final int DAMAGED = 1; // or the log cannot be read at all
  private static final int WRONG_USAGE = 2;

  private LogTool() {}

  /**
   * Runs the command of these words.
   *
   * @return the exit status of the process
   */
  public static int run(List<String> words) {
    return run(words, new FileOutputStream(FileDescriptor.out), System.err);
  }

  /** Runs the command of these words, with other outputs. */
  public static int run(List<String> words, OutputStream output, PrintStream errors) {
    return run(words, System::getProperty, System::getenv, output, errors);
  }

  /** Runs the command of these words, with other settings and other outputs. */
  public static int run(
      List<String> words,
      Function<String, @Nullable String> properties,
      Function<String, @Nullable String> environment,
      OutputStream output,
      PrintStream errors) {
    // Not a PrintStream, which would go on long after its reader has gone.
    try (Writer out = new BufferedWriter(new OutputStreamWriter(output, UTF_8))) {
      if (words.isEmpty() || words.contains("--help") || words.contains("-h")) {
        out.write(CommandLine.HELP + '\n');
        return words.isEmpty() ? WRONG_USAGE : WHOLE;
      }
      CommandLine asked = CommandLine.parse(words);
      SettingsReader settings =
          new SettingsReader(properties, environment, key -> null, Path.of(""), 1);
      return run(asked, settings, out, errors) ? WHOLE : DAMAGED;
    } catch (IllegalArgumentException | SettingsException e) {
      errors.println(e.getMessage() + "; log --help shows what there is");
      return WRONG_USAGE;
    } catch (IOException e) {
      errors.println("Not done: " + e.getMessage());
      return DAMAGED;
    }
  }

  private static boolean run(
      CommandLine asked, SettingsReader settings, Writer out, PrintStream errors)
      throws IOException {
    if (asked.to() != null) {
      return new Move(out, settings.databaseAt(asked.to())).away(asked.directory());
    }
    if (asked.from() != null) {
      return new Move(out, settings.databaseAt(asked.from())).back(asked.directory());
    }
    StoredLog log = StoredLog.in(asked.directory());
    if (asked.target() != null) {
      return new Backup(out).run(log, asked.target());
    }
    return switch (asked.command()) {
      case LIST -> new Selection(log, asked, errors).read(new Listing(out));
      case EXPORT -> new Export(out, errors).run(new Selection(log, asked, errors));
      default -> new Verification(out).run(log);
    };
  }
}
