package bellwether.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The client's address, as the container reports it. */
public final class ClientAddress {
  private static final Pattern LITERAL =
      Pattern.compile("[0-9.]+|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%\\w+)?");
  private static final int NETWORK_BYTES = 8;

  private ClientAddress() {}

  /**
   * Returns the name under which limits count the client: its IPv4 address, or the network half of
   * its IPv6 address, because a client that has one address of an IPv6 network usually has all of
   * them.
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
   * Parses an address; returns null for a host name, which is never looked up.
   *
   * @param remote the address, in brackets or not: Jetty puts an IPv6 address in brackets
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
