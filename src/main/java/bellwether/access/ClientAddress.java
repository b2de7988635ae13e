package bellwether.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a request comes from, as the container tells it. */
public final class ClientAddress {
  private static final Pattern LITERAL =
      Pattern.compile("[0-9.]+|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%\\w+)?");
  private static final int NETWORK_BYTES = 8;

  private ClientAddress() {}

  /**
   * Whom to count a request against: an IPv4 address, or the network half of an IPv6 address,
   * because whoever has one of those has all of that network.
   */
  static String of(HttpServletRequest request) {
    return network(request.getRemoteAddr());
  }

  static String network(String remote) {
    InetAddress address = parse(remote);
    if (address instanceof Inet6Address) {
      return HexFormat.of().formatHex(address.getAddress(), 0, NETWORK_BYTES) + "::/64";
    }
    return address == null ? remote : address.getHostAddress();
  }

  /**
   * The address; null if it is a name, which we do not look up.
   *
   * @param remote Jetty puts an IPv6 address in brackets
   */
  public static @Nullable InetAddress parse(String remote) {
    boolean isBracketed = remote.startsWith("[") && remote.endsWith("]");
    String address = isBracketed ? remote.substring(1, remote.length() - 1) : remote;
    if (!LITERAL.matcher(address).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
