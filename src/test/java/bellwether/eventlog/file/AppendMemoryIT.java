package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Appends of which each allocation fails, really, in its turn. */
@Tag("soak")
class AppendMemoryIT {

  @ParameterizedTest
  @CsvSource({"files, FileEventLog", "thread, FileEventLog", "memory, MemoryEventLog"})
  void whateverAllocationFailsAnAppendHappensWhollyOrNotAtAll(String which, String log)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx12m",
                "-Xint", // else what is allocated for a moment only is not
                "-XX:+UseSerialGC",
                "-XX:-UseTLAB", // else memory is taken in large pieces
                "-cp",
                System.getProperty("java.class.path"),
                AppendsWithoutMemory.class.getName(),
                which)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains(log).contains("failed");
  }
}
