package bellwether.config;

/** Says, in one line that names it, that a setting is wrong. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SettingsException(String key, String problem) {
    super(key + " " + problem);
  }

  /** Creates one without the cause itself, which may contain more than should be shown. */
  public SettingsException(String key, IllegalArgumentException cause) {
    super(key + ": " + cause.getMessage());
  }
}
