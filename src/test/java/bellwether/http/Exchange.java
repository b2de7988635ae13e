package bellwether.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URLEncoder;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, without a container. It knows what our servlets ask of one, and
 * refuses the rest.
 */
final class Exchange {
  private final String method;
  private final String servletPath;
  private final @Nullable String pathInfo;
  private final Map<String, String> requestHeaders = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private byte[] requestBody = {};
  private @Nullable String queryString;
  private @Nullable String uri;
  private boolean hasLength = true;
  private String remoteAddress = "192.0.2.1";
  private String protocol = "HTTP/1.1";
  private @Nullable FakeResponse asyncBody;
  private boolean isAsync;
  private int completions;
  private boolean failsToFlush;
  private @Nullable AsyncListener listener;
  private int status = 200;

  Exchange(String method, String servletPath, @Nullable String pathInfo) {
    this.method = method;
    this.servletPath = servletPath;
    this.pathInfo = pathInfo;
  }

  Exchange with(String header, String value) {
    requestHeaders.put(header, value);
    return this;
  }

  Exchange parameter(String name, String... values) {
    for (String value : values) {
      String pair = name + '=' + URLEncoder.encode(value, UTF_8);
      queryString = queryString == null ? pair : queryString + '&' + pair;
    }
    return this;
  }

  Exchange from(String address) {
    remoteAddress = address;
    return this;
  }

  Exchange protocol(String name) {
    protocol = name;
    return this;
  }

  /** It may go on asynchronously, and then the container takes its body here. */
  Exchange async(FakeResponse body) {
    asyncBody = body;
    return this;
  }

  /** As the client wrote it, if that is not the decoded path. */
  Exchange uri(String text) {
    uri = text;
    return this;
  }

  Exchange query(String text) {
    queryString = text;
    return this;
  }

  Exchange json(String body) {
    return with("Content-Type", "application/json").body(body.getBytes(UTF_8));
  }

  Exchange body(byte[] body) {
    requestBody = body;
    return this;
  }

  /** The body comes in chunks, its length unknown beforehand. */
  Exchange chunked() {
    hasLength = false;
    return this;
  }

  Exchange through(HttpServlet servlet) {
    try {
      servlet.service(request(), response());
    } catch (ServletException | IOException e) {
      throw new AssertionError(e);
    }
    return this;
  }

  Exchange through(Filter filter, FilterChain next) {
    try {
      filter.doFilter(request(), response(), next);
    } catch (ServletException | IOException e) {
      throw new AssertionError(e);
    }
    return this;
  }

  /** The client is gone before the headers are. */
  Exchange failingToFlush() {
    failsToFlush = true;
    return this;
  }

  /** Whether it was left open when the servlet returned, and nobody has completed it since. */
  boolean isOpen() {
    return isAsync && completions == 0;
  }

  /** The container's time for it is over. */
  void timeOut() throws IOException {
    if (listener != null) {
      listener.onTimeout(new AsyncEvent(null, null, null));
    }
  }

  /** Its client is gone, and the container has noticed. */
  void fail() throws IOException {
    if (listener != null) {
      listener.onError(new AsyncEvent(null, null, null, new IOException("reset")));
    }
  }

  int status() {
    return status;
  }

  @Nullable String header(String name) {
    return headers.get(name);
  }

  String text() {
    return written.toString(UTF_8);
  }

  private Cookie @Nullable [] cookies() {
    String header = requestHeaders.get("Cookie");
    if (header == null) {
      return null;
    }
    return Stream.of(header.split("; "))
        .filter(pair -> pair.matches("[A-Za-z_-]+=.*")) // containers drop what is no cookie
        .map(pair -> pair.split("=", 2))
        .map(pair -> new Cookie(pair[0], pair[1]))
        .toArray(Cookie[]::new);
  }

  /** The pattern that the servlet is mapped to, and nothing else. */
  private HttpServletMapping mapping() {
    return proxy(
        HttpServletMapping.class,
        (name, arguments) -> servletPath + (pathInfo == null ? "" : "/*"));
  }

  HttpServletRequest request() {
    return proxy(HttpServletRequest.class, this::ofRequest);
  }

  private HttpServletResponse response() {
    return proxy(HttpServletResponse.class, this::ofResponse);
  }

  private List<String> headers(String name) {
    String value = requestHeaders.get(name);
    return value == null ? List.of() : List.of(value);
  }

  @SuppressWarnings("JdkObsolete") // the servlet API asks for a StringBuffer
  private @Nullable Object ofRequest(String name, Object[] arguments) {
    return switch (name) {
      case "getMethod" -> method;
      case "getContextPath" -> "/shop";
      case "getServletPath" -> servletPath;
      case "getPathInfo" -> pathInfo;
      case "getHttpServletMapping" -> mapping();
      case "getRequestURI" ->
          uri == null ? "/shop" + servletPath + (pathInfo == null ? "" : pathInfo) : uri;
      case "getRemoteAddr" -> remoteAddress;
      case "getRequestURL" ->
          new StringBuffer("http://shop.example/shop" + servletPath)
              .append(pathInfo == null ? "" : pathInfo);
      case "getCookies" -> cookies();
      case "isSecure" -> false;
      case "getQueryString" -> queryString;
      case "getProtocol" -> protocol;
      case "getHeaderNames" -> Collections.enumeration(requestHeaders.keySet());
      case "getHeader" -> requestHeaders.get((String) arguments[0]);
      case "getHeaders" -> Collections.enumeration(headers((String) arguments[0]));
      case "getContentType" -> requestHeaders.get("Content-Type");
      case "getContentLengthLong" -> hasLength ? (long) requestBody.length : -1L;
      case "isAsyncSupported" -> asyncBody != null;
      case "startAsync" -> {
        isAsync = true;
        yield async();
      }
      case "getAsyncContext" -> async();
      case "getAttribute" -> null;
      case "getInputStream" -> new Input(new ByteArrayInputStream(requestBody));
      default -> throw new UnsupportedOperationException(name);
    };
  }

  private @Nullable Object ofResponse(String name, Object[] arguments) throws IOException {
    switch (name) {
      case "setStatus" -> status = (int) arguments[0];
      case "setHeader", "addHeader" -> headers.put((String) arguments[0], (String) arguments[1]);
      case "addCookie" -> headers.put("Set-Cookie", ((Cookie) arguments[0]).getName());
      case "setContentType" -> headers.put("Content-Type", (String) arguments[0]);
      case "setContentLength" -> headers.put("Content-Length", arguments[0].toString());
      case "setBufferSize" -> {} // no part of the answer
      case "flushBuffer" -> {
        if (failsToFlush) {
          throw new IOException("the client is gone");
        }
      }
      case "getOutputStream" -> {
        return isAsync && asyncBody != null ? asyncBody : new Output(written);
      }
      default -> throw new UnsupportedOperationException(name);
    }
    return null;
  }

  private AsyncContext async() {
    return proxy(AsyncContext.class, this::ofAsync);
  }

  private @Nullable Object ofAsync(String name, Object[] arguments) {
    switch (name) {
      case "setTimeout" -> {}
      case "addListener" -> listener = (AsyncListener) arguments[0];
      case "complete" -> {
        completions++;
        if (asyncBody != null) {
          asyncBody.complete();
        }
      }
      default -> throw new UnsupportedOperationException(name);
    }
    return null;
  }

  private static <T> T proxy(Class<T> type, Methods methods) {
    return type.cast(
        Proxy.newProxyInstance(
            Exchange.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                methods.call(method.getName(), arguments == null ? new Object[0] : arguments)));
  }

  private interface Methods {
    @Nullable Object call(String name, Object[] arguments) throws IOException;
  }

  private static final class Input extends ServletInputStream {
    private final ByteArrayInputStream in;

    Input(ByteArrayInputStream in) {
      this.in = in;
    }

    @Override
    public int read() {
      return in.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      return in.read(buffer, offset, length);
    }

    @Override
    public boolean isFinished() {
      return in.available() == 0;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class Output extends ServletOutputStream {
    private final ByteArrayOutputStream out;

    Output(ByteArrayOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) {
      out.write(b);
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new UnsupportedOperationException();
    }
  }
}
