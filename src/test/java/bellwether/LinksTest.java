package bellwether;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The links of the documents: each relative one leads to a file, and to a heading in it. */
class LinksTest {
  private static final Pattern CODE =
      Pattern.compile("^```.*?^```|`[^`\n]*`", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern FENCED =
      Pattern.compile("^```.*?^```", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern ABSOLUTE = Pattern.compile("[a-z]+:.*");
  private static final Pattern HEADING = Pattern.compile("^#+ +(.*)$", Pattern.MULTILINE);

  static List<Path> documents() throws IOException {
    try (Stream<Path> site = Files.walk(Path.of("src/site/markdown"));
        Stream<Path> github = Files.walk(Path.of(".github"))) {
      return Stream.of(Stream.of(Path.of("README.md")), github, site)
          .flatMap(paths -> paths)
          .filter(path -> path.toString().endsWith(".md"))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void eachRelativeLinkLeadsSomewhere(Path document) throws IOException {
    String prose = CODE.matcher(Files.readString(document)).replaceAll("");
    assertThat(LINK.matcher(prose).results().map(link -> link.group(1)))
        .filteredOn(link -> !ABSOLUTE.matcher(link).matches())
        .allSatisfy(link -> follow(document, link));
  }

  @ParameterizedTest
  @CsvSource({"HTTP/2 and TLS, http2-and-tls", "What `sub` *says*, what-sub-says"})
  void namesAHeadingAsGitHubDoes(String heading, String anchor) {
    assertThat(anchorOf(heading)).isEqualTo(anchor);
  }

  @Test
  void findsWhatThereIsToFollow() throws IOException {
    assertThat(documents()).hasSizeGreaterThan(15);
    assertThat(anchors(Path.of("README.md"))).contains("start", "documentation");
  }

  private static void follow(Path document, String link) throws IOException {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
    assertThat(target).exists();
    if (parts.length == 2) {
      assertThat(anchors(target)).contains(parts[1]);
    }
  }

  private static Set<String> anchors(Path document) throws IOException {
    String text = FENCED.matcher(Files.readString(document)).replaceAll("");
    return HEADING
        .matcher(text)
        .results()
        .map((MatchResult heading) -> anchorOf(heading.group(1)))
        .collect(Collectors.toSet());
  }

  private static String anchorOf(String heading) {
    return heading.strip().toLowerCase(Locale.ROOT).replaceAll("[^\\w -]", "").replace(' ', '-');
  }
}
