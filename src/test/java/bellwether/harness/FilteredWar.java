package bellwether.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** The WAR as an operator may change it: with a filter of theirs in front of everything. */
public final class FilteredWar {
  private static final String DESCRIPTOR = "WEB-INF/web.xml";
  private static final String FILTER =
      """
      <filter>
        <filter-name>foreign</filter-name>
        <filter-class>%s</filter-class>
        <async-supported>%b</async-supported>
      </filter>
      <filter-mapping>
        <filter-name>foreign</filter-name>
        <url-pattern>/*</url-pattern>
      </filter-mapping>
      """;

  private FilteredWar() {}

  /**
   * Writes a copy of the WAR into a directory.
   *
   * @param filter a public class with a public constructor without parameters
   * @param isAsync whether it is declared to support asynchronous requests
   */
  public static Path write(Path directory, Class<?> filter, boolean isAsync) throws IOException {
    Path copy = directory.resolve("filtered.war");
    try (ZipFile war = new ZipFile(ServerProcess.war().toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(copy))) {
      for (ZipEntry entry : Collections.list(war.entries())) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        byte[] bytes = war.getInputStream(entry).readAllBytes();
        boolean isDescriptor = entry.getName().equals(DESCRIPTOR);
        out.write(isDescriptor ? with(FILTER.formatted(filter.getName(), isAsync), bytes) : bytes);
        out.closeEntry();
      }
    }
    return copy;
  }

  private static byte[] with(String filter, byte[] descriptor) {
    String end = "</web-app>";
    String text = new String(descriptor, StandardCharsets.UTF_8);
    if (!text.contains(end)) {
      throw new IllegalStateException(DESCRIPTOR + " has no end");
    }
    return text.replace(end, filter + end).getBytes(StandardCharsets.UTF_8);
  }
}
