package bellwether.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WithoutUrlsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET@1 http://a/events?topic=x&authorization=t HTTP/1.1 | GET@1 http://a/events?… HTTP/1.1
          Bad Authority: [/events?authorization=t]               | Bad Authority: [/events?…
          handleException /events/0123456789abcdef Failed        | handleException /events/… Failed
          what is it? nobody knows                               | what is it? nobody knows
          /events is gone                                        | /events is gone
          """)
  void aMessageKeepsNeitherQueriesNorKeysOfStreams(String message, String kept) {
    assertThat(filtered(new LogRecord(Level.WARNING, message)).getMessage()).isEqualTo(kept);
  }

  @Test
  void aFailureThatNamesAQueryIsNamedAlone() {
    LogRecord entry = new LogRecord(Level.WARNING, "Failed");
    entry.setThrown(new IllegalStateException(new IllegalArgumentException("/x?authorization=t")));
    assertThat(filtered(entry).getMessage()).isEqualTo("Failed: java.lang.IllegalStateException");
    assertThat(entry.getThrown()).isNull();
  }

  @Test
  void anotherFailureIsKept() {
    LogRecord entry = new LogRecord(Level.WARNING, null);
    entry.setThrown(new IllegalStateException("full"));
    assertThat(filtered(entry).getThrown()).isNotNull();
    assertThat(entry.getMessage()).isNull();
  }

  @Test
  void theServersLoggersHaveItHoweverTheyAreConfigured() {
    Logger jetty = new NewLogger("org.eclipse.jetty.server.Response");
    Logger ours = new NewLogger("bellwether.exchange.ApiServlet");
    Logs.Lasting manager = new Logs.Lasting();
    manager.addLogger(jetty);
    manager.addLogger(ours);
    assertThat(jetty.getFilter()).isInstanceOf(WithoutUrls.class);
    assertThat(ours.getFilter()).isNull();
  }

  private static final class NewLogger extends Logger {
    NewLogger(String name) {
      super(name, null);
    }
  }

  private static LogRecord filtered(LogRecord entry) {
    assertThat(new WithoutUrls().isLoggable(entry)).isTrue();
    return entry;
  }
}
