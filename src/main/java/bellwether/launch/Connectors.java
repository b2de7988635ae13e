package bellwether.launch;

import java.util.List;
import java.util.Map;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HostHeaderCustomizer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;

/** The ports that the server listens on, and the protocols spoken there. */
public final class Connectors {
  /**
   * The environment variable that has the password; it is never taken from the command line, which
   * every user can read.
   */
  private static final String PASSWORD = "BELLWETHER_TLS_PASSWORD";

  /**
   * The path below which the application takes encoded topics; see {@code
   * bellwether.mercure.SubscriptionPath}.
   */
  private static final String TOPICS = "/.well-known/mercure/subscriptions/";

  private static final UriCompliance.Violation ENCODED_SLASH =
      UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR;

  private final Server server;
  private final Options options;
  private final HeadSize headSize;

  private Connectors(Server server, Options options) {
    this.server = server;
    this.options = options;
    this.headSize = new HeadSize(options.headSize());
  }

  /**
   * Adds the ports that the command line asks for: plain HTTP first, then TLS.
   *
   * @param environment has the password of a PKCS#12 file
   * @throws IllegalArgumentException saying what is wrong
   */
  public static void addTo(
      Server server, List<String> commandLine, Map<String, String> environment) {
    Options options = Options.parse(commandLine);
    Connectors connectors = new Connectors(server, options);
    if (options.port() != Options.NONE) {
      server.addConnector(connectors.plain());
    }
    Options.Tls tls = options.tls();
    if (tls != null) {
      server.addConnector(connectors.secure(tls, environment.getOrDefault(PASSWORD, "")));
    }
    server.addBean(
        new HeadDeadline(server, options.headTime(), server.getScheduler(), System::nanoTime));
    ConnectionCap.addTo(server, options.connections());
  }

  private ServerConnector plain() {
    ServerConnector connector =
        connector(options.port(), headSize.limitHttp1(new HttpConnectionFactory(configuration())));
    if (options.http2()) {
      connector.addConnectionFactory(headSize.limitHttp2(Http2.plain(configuration())));
    }
    return connector;
  }

  private ServerConnector secure(Options.Tls tls, String password) {
    ALPNServerConnectionFactory either = new ALPNServerConnectionFactory("h2", "http/1.1");
    either.setDefaultProtocol("http/1.1"); // for clients that do not name a protocol
    Certificates certificates = new Certificates(tls.files(), password, server.getScheduler());
    ServerConnector connector =
        connector(
            tls.port(),
            new SslConnectionFactory(certificates.context(), either.getProtocol()),
            either,
            headSize.limitHttp2(Http2.secure(ofTls())),
            headSize.limitHttp1(new HttpConnectionFactory(ofTls())));
    connector.addBean(certificates);
    return connector;
  }

  private HttpConfiguration ofTls() {
    HttpConfiguration configuration = configuration();
    // Clients check whether the certificate is for the name that they asked for.
    configuration.addCustomizer(new SecureRequestCustomizer(false));
    return configuration;
  }

  private HttpConfiguration configuration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setUriCompliance(UriCompliance.DEFAULT.with("encoded slashes", ENCODED_SLASH));
    configuration.addCustomizer(this::requireNoEncodedSlash);
    HostHeaderCustomizer host = new HostHeaderCustomizer();
    configuration.addCustomizer( // HTTP/2 has the host elsewhere; demo mode looks for it here
        (request, headers) ->
            request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2
                ? host.customize(request, headers)
                : request);
    return configuration;
  }

  /**
   * Allows an encoded slash only in those paths below which topics are named. Elsewhere some code
   * would read it as a slash and some would not, for example the code that protects files from
   * being read.
   */
  private Request requireNoEncodedSlash(Request request, HttpFields.Mutable headers) {
    HttpURI uri = request.getHttpURI();
    String topics = options.contextPath() + TOPICS;
    if (uri.hasViolation(ENCODED_SLASH) && !uri.getCanonicalPath().startsWith(topics)) {
      throw new HttpException.RuntimeException(400, ENCODED_SLASH.getDescription());
    }
    return request;
  }

  private ServerConnector connector(int port, ConnectionFactory... spoken) {
    ServerConnector connector = new LightConnector(server, spoken);
    connector.setHost(options.host().isEmpty() ? null : options.host());
    connector.setPort(port);
    connector.setAcceptedSendBufferSize(options.sendBuffer());
    return connector;
  }
}
