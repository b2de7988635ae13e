package bellwether.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsPageTest {
  private static final Path PAGE = Path.of("src/site/markdown/settings.md");
  private static final String HEAD = "|---|---|---|---|";

  @Test
  void thePageHasEverySettingAsItIsDeclared() throws IOException {
    List<String> lines = Files.readAllLines(PAGE);
    int first = lines.indexOf(HEAD) + 1;
    assertThat(lines.subList(first, lines.size()).stream().takeWhile(line -> !line.isEmpty()))
        .as("the table of %s, to be replaced by%n%s", PAGE, String.join("\n", SettingsTable.rows()))
        .containsExactlyElementsOf(SettingsTable.rows());
  }
}
