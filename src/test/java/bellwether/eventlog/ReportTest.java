package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class ReportTest {
  private final List<String> asked = new ArrayList<>();
  private final Logger failing =
      (Logger)
          Proxy.newProxyInstance(
              ReportTest.class.getClassLoader(),
              new Class<?>[] {Logger.class},
              (proxy, method, arguments) -> {
                asked.add(method.getName());
                throw new OutOfMemoryError("made to fail");
              });

  @Test
  void aLoggerThatFailsEndsNothing() {
    Report report = new Report(failing);
    report.error("a failure", new IllegalStateException());
    report.error("a failure");
    report.errorInOneLine("{}: {}", "a log", new IllegalStateException());
    report.warn("a failure", new IllegalStateException());
    assertThat(asked).containsExactly("error", "error", "error", "warn");
  }
}
