package bellwether.config;

import bellwether.config.Settings.Tokens;
import java.util.List;
import java.util.Set;

/** Reads the settings of tokens. It does not check the keys; the code that uses a key does. */
record TokenSettings(Source source) {
  Tokens read() {
    requireOneSourceOfKeys();
    return new Tokens(
        SettingsTable.TOKEN_KEY.in(source),
        SettingsTable.TOKEN_KEY_FILE.in(source),
        SettingsTable.TOKEN_JWKS_URL.in(source),
        SettingsTable.TOKEN_ALGORITHMS.in(source, List.of()),
        SettingsTable.TOKEN_ISSUER.in(source),
        SettingsTable.TOKEN_AUDIENCE.in(source),
        Set.copyOf(SettingsTable.OPERATORS.in(source, List.of())));
  }

  /**
   * Requires at most one source of keys: a token signed with one issuer's key must not pass for
   * another's.
   */
  private void requireOneSourceOfKeys() {
    String first = null;
    for (Setting<?> setting :
        List.of(
            SettingsTable.TOKEN_KEY, SettingsTable.TOKEN_KEY_FILE, SettingsTable.TOKEN_JWKS_URL)) {
      if (source.text(setting.key()) != null) {
        if (first != null) {
          throw new SettingsException(setting.key(), "must not be set together with " + first);
        }
        first = setting.key();
      }
    }
  }
}
