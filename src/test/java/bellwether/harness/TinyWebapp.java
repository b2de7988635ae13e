package bellwether.harness;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Logger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A web application just large enough to see whether a container runs it. */
final class TinyWebapp {
  private static final String WEB_XML =
      """
      <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0" metadata-complete="true">
        <listener><listener-class>%s</listener-class></listener>
        <servlet>
          <servlet-name>tiny</servlet-name>
          <servlet-class>%s</servlet-class>
        </servlet>
        <servlet-mapping>
          <servlet-name>tiny</servlet-name>
          <url-pattern>/setting/*</url-pattern>
        </servlet-mapping>
        <welcome-file-list><welcome-file>index.html</welcome-file></welcome-file-list>
      </web-app>
      """
          .formatted(LifeListener.class.getName(), SettingServlet.class.getName());

  private TinyWebapp() {}

  /** Answers with the value of the system property that the path names. */
  public static final class SettingServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.setContentType("text/plain;charset=UTF-8");
      response.getWriter().write(System.getProperty(request.getPathInfo().substring(1), "unset"));
    }
  }

  /** Says when it lives, and refuses to if told so. */
  public static final class LifeListener implements ServletContextListener {
    private static final Logger log = Logger.getLogger("tiny");

    @Override
    public void contextInitialized(ServletContextEvent event) {
      if (Boolean.getBoolean("tiny.broken")) {
        throw new IllegalStateException("tiny.broken is true");
      }
      log.info("Hello from the tiny web application");
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
      log.info("Goodbye from the tiny web application");
    }
  }

  static Path war(Path directory) throws IOException {
    Path war = directory.resolve("tiny.war");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(war))) {
      add(zip, "WEB-INF/web.xml", WEB_XML.getBytes(StandardCharsets.UTF_8));
      add(zip, "index.html", "<title>Tiny</title>".getBytes(StandardCharsets.UTF_8));
      addClass(zip, SettingServlet.class);
      addClass(zip, LifeListener.class);
    }
    return war;
  }

  private static void addClass(ZipOutputStream zip, Class<?> type) throws IOException {
    String path = type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
      if (in == null) {
        throw new IOException("No " + path);
      }
      add(zip, "WEB-INF/classes/" + path, in.readAllBytes());
    }
  }

  private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }
}
