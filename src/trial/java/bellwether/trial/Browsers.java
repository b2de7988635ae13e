package bellwether.trial;

import java.io.IOException;
import java.util.Locale;

/** The browser of whoever tries this. */
final class Browsers {
  private Browsers() {}

  /** Opens a page, if this system has a way to do so and nobody minds. */
  static void show(String url) {
    if (!Boolean.parseBoolean(System.getProperty("trial.open", "true"))) {
      return;
    }
    boolean isMac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac");
    try {
      new ProcessBuilder(isMac ? "open" : "xdg-open", url)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      // There is none: the address has been printed.
    }
  }
}
