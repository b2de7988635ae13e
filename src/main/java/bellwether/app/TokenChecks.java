package bellwether.app;

import bellwether.auth.Algorithms;
import bellwether.auth.KeyFile;
import bellwether.auth.RemoteKeys;
import bellwether.auth.TokenKeys;
import bellwether.auth.TokenRules;
import bellwether.config.Settings;
import bellwether.config.SettingsException;
import bellwether.eventlog.Report;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys and rules for checking tokens, from the settings.
 *
 * @param hub the hub's own URL; null if it is not set
 */
record TokenChecks(Settings.Tokens settings, @Nullable URI hub) {
  private static final Logger logger = LoggerFactory.getLogger(TokenChecks.class);
  private static final Report report = new Report(logger);

  /**
   * Returns the keys, or null if none are set.
   *
   * @throws SettingsException for the first setting that is wrong
   */
  @Nullable TokenKeys keys() {
    Algorithms allowed =
        named("bellwether.token.algorithms", () -> Algorithms.named(settings.algorithms()));
    String key = settings.key();
    if (key != null) {
      return named("bellwether.token.key", () -> TokenKeys.of(key, allowed));
    }
    Path file = settings.keyFile();
    if (file != null) {
      return named("bellwether.token.key.file", () -> new KeyFile(file, allowed));
    }
    URI keySet = settings.keySet();
    return keySet == null ? null : new RemoteKeys(keySet, allowed, System::nanoTime);
  }

  private static <T> T named(String key, Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException e) {
      throw new SettingsException(key, e);
    }
  }

  TokenRules rules() {
    TokenRules rules = TokenRules.of(settings.issuer(), settings.audience(), settings.operators());
    return hub == null ? rules : rules.at(hub);
  }

  /**
   * Reads the keys once, so that the first requests find them, and then schedules their refresh.
   */
  static TokenKeys start(TokenKeys keys, ScheduledExecutorService executor) {
    refresh(keys);
    var unused = executor.scheduleWithFixedDelay(() -> refresh(keys), 1, 1, TimeUnit.SECONDS);
    return keys;
  }

  private static void refresh(TokenKeys keys) {
    try {
      keys.refreshIfDue();
    } catch (RuntimeException | Error e) { // if it escaped, it would end the schedule
      report.error("The keys that check tokens could not be refreshed; trying again", e);
    }
  }
}
