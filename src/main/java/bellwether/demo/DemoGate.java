package bellwether.demo;

import bellwether.access.ClientAddress;
import bellwether.access.Gate;
import bellwether.auth.Grant;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.Collections;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The gate of demo mode: it grants everything to requests from this machine that show no key or
 * token; another gate judges all others.
 *
 * <p>A loopback address alone does not prove that a request is from this machine. A page of any
 * site can make the browser here send requests ({@code Origin} shows it), even by a host name that
 * resolves to loopback ({@code Host} shows it). And a proxy on this machine forwards requests from
 * anywhere (its headers show it).
 */
public final class DemoGate implements Gate {
  private static final Pattern LOOPBACK_HOST =
      Pattern.compile("(?i)(localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1\\])(?::[0-9]{1,5})?");
  private static final Pattern FORWARDING_HEADER =
      Pattern.compile(
          "(?i)forwarded|via|x-forwarded.*|x-original-forwarded-for|x-real-ip|x-client-ip"
              + "|x-cluster-client-ip|true-client-ip|cf-connecting-ip|client-ip");

  private final Gate others;

  public DemoGate(Gate others) {
    this.others = others;
  }

  @Override
  public Grant grantOf(HttpServletRequest request) {
    Grant shown = others.grantOf(request);
    return shown.equals(Grant.NONE) && isFromThisMachine(request) ? Grant.ALL : shown;
  }

  static boolean isFromThisMachine(HttpServletRequest request) {
    String host = request.getHeader("Host");
    return isLoopback(request.getRemoteAddr())
        && host != null
        && LOOPBACK_HOST.matcher(host).matches()
        && isSameOrigin(request.getHeader("Origin"), host)
        && !"cross-site".equals(request.getHeader("Sec-Fetch-Site"))
        && !isForwarded(request);
  }

  /**
   * Returns whether a proxy forwarded the request. By default nginx adds no header, but speaks
   * HTTP/1.0 to the server behind it.
   */
  private static boolean isForwarded(HttpServletRequest request) {
    return request.getProtocol().equals("HTTP/1.0")
        || Collections.list(request.getHeaderNames()).stream()
            .anyMatch(name -> FORWARDING_HEADER.matcher(name).matches());
  }

  private static boolean isSameOrigin(@Nullable String origin, String host) {
    return origin == null
        || origin.equalsIgnoreCase("http://" + host)
        || origin.equalsIgnoreCase("https://" + host);
  }

  private static boolean isLoopback(String remote) {
    InetAddress address = ClientAddress.parse(remote);
    return address != null && address.isLoopbackAddress();
  }
}
