package bellwether.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The WAR makes tokens, and does not start where it could not check them. */
@Timeout(120)
class TokenToolIT {
  private static final Path WAR = Path.of("target", "bellwether.war").toAbsolutePath();
  private static final String KEY = "a-secret-of-more-than-32-characters";

  @TempDir Path directory;

  @Test
  void makesATokenWithTheServersKeyAndSaysWhatItAllows() throws Exception {
    assertThat(run(KEY, "token", "--publish=news", "--subject=bob")).as(errors()).isZero();
    assertThat(errors()).isEmpty();
    String token = output();
    assertThat(token).matches("eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\n");
    assertThat(run(KEY, "token", "verify", token.strip())).as(errors()).isZero();
    assertThat(output()).startsWith("publish: news\noperator: no\nsubject: bob\n");
    assertThat(run(KEY, "token", "--publish")).isEqualTo(2);
    assertThat(errors()).isEqualTo("--publish needs a value; token --help shows what there is\n");
  }

  @Test
  void aKeyThatIsTooShortStopsTheServerWithOneLineThatDoesNotShowIt() throws Exception {
    assertThat(run("not-so-long", "--port=0")).isNotZero();
    assertThat((output() + errors()).lines().toList())
        .singleElement()
        .asString()
        .contains("Not started: bellwether.token.key: has no key in it that tokens can be checked")
        .doesNotContain("not-so-long");
  }

  @Test
  void damagedRevocationsStopTheServer() throws Exception {
    Path data = Files.createDirectories(directory.resolve("data"));
    Files.writeString(data.resolve("revocations"), "bellwether-revocations 1\ntoken t-1 never\n");
    assertThat(run(KEY, "--port=0")).isNotZero();
    assertThat(output() + errors()).contains(data.resolve("revocations") + " is damaged in line 2");
  }

  /** Returns what it ended with. */
  private int run(String key, String... words) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dbellwether.data=" + directory.resolve("data"),
                "-jar",
                WAR.toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(directory.resolve("output").toFile())
            .redirectError(directory.resolve("errors").toFile());
    builder.environment().put("BELLWETHER_TOKEN_KEY", key);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private String output() throws IOException {
    return Files.readString(directory.resolve("output"), UTF_8);
  }

  private String errors() throws IOException {
    return Files.readString(directory.resolve("errors"), UTF_8);
  }
}
