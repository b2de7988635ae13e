package bellwether.config;

/** A setting that is wrong, in one line that names it. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SettingsException(String key, String problem) {
    super(key + " " + problem);
  }

  /** Without the cause itself: it may know more than is to be shown. */
  public SettingsException(String key, IllegalArgumentException cause) {
    super(key + ": " + cause.getMessage());
  }
}
