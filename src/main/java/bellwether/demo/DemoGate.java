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
 * Demo mode's: lets in whoever sits at this machine and shows nothing else, and everyone else as
 * another gate judges.
 *
 * <p>Coming over loopback is not enough to be at this machine. A page from anywhere can make the
 * browser here send requests (its {@code Origin} tells), by a name that it has pointed at loopback
 * too (the {@code Host} tells); and a proxy here passes on strangers (its headers tell).
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
   * Unless configured otherwise, nginx adds no header, but speaks HTTP/1.0 to what is behind it.
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
