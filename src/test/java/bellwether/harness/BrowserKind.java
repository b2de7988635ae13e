package bellwether.harness;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The browsers that the pages are tested in. */
public enum BrowserKind {
  CHROMIUM,
  FIREFOX;

  /** Whether its programs are on the PATH. */
  public boolean isInstalled() {
    return namesOfPrograms().stream().allMatch(names -> find(names).isPresent());
  }

  /** The system property that, if {@code required}, makes its absence a failure. */
  String property() {
    return this == CHROMIUM ? "bellwether.browser" : "bellwether.firefox";
  }

  /** The programs it takes; for Chromium the driver, then the browser. */
  List<Path> programs() {
    return namesOfPrograms().stream().map(names -> find(names).orElseThrow()).toList();
  }

  /** One list of possible names for each program. */
  private List<List<String>> namesOfPrograms() {
    return this == CHROMIUM
        ? List.of(List.of("chromedriver"), List.of("chromium", "chromium-browser", "google-chrome"))
        : List.of(List.of("firefox-esr", "firefox"));
  }

  private static Optional<Path> find(List<String> names) {
    String[] path = System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1);
    return names.stream()
        .flatMap(name -> Stream.of(path).map(directory -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
