package bellwether.launch;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.jetty.ee10.servlet.DefaultServlet;
import org.eclipse.jetty.ee10.servlet.ServletApiRequest;
import org.eclipse.jetty.ee10.servlet.ServletApiResponse;
import org.eclipse.jetty.ee10.servlet.ServletChannel;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.http.content.HttpContent;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.ResourceService;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.resource.Resources;

/**
 * Serves an application's files without a thread that waits for their clients. Jetty's own servlet,
 * where it is let, does so for large files only.
 */
public final class AsyncFiles extends DefaultServlet {
  private static final long serialVersionUID = 1L;
  private static final String NAME = "default";

  private AsyncFiles() {}

  /** Has the application, which is yet to be started, serve its files in this way. */
  public static void addTo(WebAppContext application) {
    application.addEventListener(
        new ServletContextListener() {
          @Override
          public void contextInitialized(ServletContextEvent event) {
            ServletHolder files = application.getServletHandler().getServlet(NAME);
            files.setServlet(new AsyncFiles());
            files.setAsyncSupported(true);
          }
        });
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (request instanceof ServletApiRequest
        && response instanceof ServletApiResponse
        && request.getDispatcherType() == DispatcherType.REQUEST
        && request.isAsyncSupported()) {
      ServletChannel channel =
          ServletContextRequest.getServletContextRequest(request).getServletChannel();
      String path = pathOfFile(getEncodedPathInContext(request, false), channel.getRequest());
      HttpContent file = getResourceService().getContent(path, channel.getRequest());
      if (file != null && Resources.isReadableFile(file.getResource())) {
        serve(file, path, channel, request.startAsync(), response);
        return;
      }
    }
    super.doGet(request, response);
  }

  /** Returns the path, or that of what welcomes to it, if it is a directory's. */
  private String pathOfFile(String path, Request request) throws IOException {
    ResourceService service = getResourceService();
    HttpContent content = service.getContent(path, request);
    if (content == null || !path.endsWith("/") || !Resources.isDirectory(content.getResource())) {
      return path;
    }
    String welcome = service.getWelcomeFactory().getWelcomeTarget(content, request);
    return welcome == null ? path : welcome;
  }

  private void serve(
      HttpContent file,
      String path,
      ServletChannel channel,
      AsyncContext async,
      HttpServletResponse response) {
    async.setTimeout(0); // the connection's own is enough
    Request asked = channel.getRequest();
    Request ofFile = Request.serveAs(asked, Request.newHttpURIFrom(asked, path));
    getResourceService()
        .doGet(ofFile, channel.getResponse(), new Completion(async, response), file);
  }

  private record Completion(AsyncContext async, HttpServletResponse response) implements Callback {
    private static final int ABORT = -1; // Jetty's own word for it

    @Override
    public void succeeded() {
      complete();
    }

    /** The client must not take what it has for the whole file. */
    @Override
    public void failed(Throwable failure) {
      try {
        response.sendError(ABORT);
      } catch (IOException | RuntimeException e) {
        // It is over already.
      }
      complete();
    }

    private void complete() {
      try {
        async.complete();
      } catch (IllegalStateException e) {
        // The client is gone, and the container has completed it.
      }
    }
  }
}
