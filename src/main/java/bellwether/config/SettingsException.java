package bellwether.config;

/** Thrown when a setting is wrong; the message is one line that names it. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SettingsException(String key, String problem) {
    super(key + " " + problem);
  }

  /** Creates an exception without the cause itself, which may contain more than should be shown. */
  public SettingsException(String key, IllegalArgumentException cause) {
    super(key + ": " + cause.getMessage());
  }
}
