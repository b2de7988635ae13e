package bellwether.trial;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The page of the trial: its files, the state that it shows, and what its buttons do. */
final class Site {
  private static final String ROOT = "/trial/";
  private static final Map<String, String> FILES =
      Map.of(
          "index.html", "text/html; charset=utf-8",
          "trial.css", "text/css; charset=utf-8",
          "trial.js", "text/javascript; charset=utf-8");

  private final Path files;
  private final Nodes nodes;
  private final State state;
  private final Runnable stop;

  /**
   * @param stop ends the trial
   */
  Site(Path files, Nodes nodes, State state, Runnable stop) {
    this.files = files;
    this.nodes = nodes;
    this.state = state;
    this.stop = stop;
  }

  /** Returns whether a path is for the site, and not for the nodes. */
  static boolean has(String path) {
    return path.startsWith(ROOT) || path.equals("/trial");
  }

  /** Returns the whole answer to a request from this machine. */
  byte[] answer(RequestHead head) throws IOException {
    if (head.path().equals("/trial")) {
      return answer("301 Moved Permanently", "Location: " + ROOT + "\r\n", new byte[0]);
    }
    String name = head.path().substring(ROOT.length());
    return switch (head.method()) {
      case "GET" -> get(name.isEmpty() ? "index.html" : name);
      case "POST" -> post(name);
      default -> answer("405 Method Not Allowed", "Allow: GET, POST\r\n", new byte[0]);
    };
  }

  private byte[] get(String name) throws IOException {
    if (name.equals("state")) {
      return answer("200 OK", type("application/json"), state.json().getBytes(UTF_8));
    }
    String type = FILES.get(name);
    return type == null
        ? answer("404 Not Found", "", new byte[0])
        : answer("200 OK", type(type), Files.readAllBytes(files.resolve(name)));
  }

  private static String type(String type) {
    return "Content-Type: " + type + "\r\n";
  }

  private byte[] post(String name) {
    String[] words = name.split("/", -1); // such as node-1/kill
    Node node = nodes.named(words[0]).orElse(null);
    String action = words.length == 2 ? words[1] : "";
    if (name.equals("stop")) {
      stop.run();
    } else if (node == null || !hasDone(node, action)) {
      return answer("404 Not Found", "", new byte[0]);
    }
    return answer("204 No Content", "", new byte[0]);
  }

  private boolean hasDone(Node node, String action) {
    switch (action) {
      case "start" -> nodes.start(node);
      case "kill" -> node.kill();
      case "stop" -> node.stop();
      case "pause" -> node.pause(true);
      case "resume" -> node.pause(false);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static byte[] answer(String status, String fields, byte[] body) {
    String head =
        "HTTP/1.1 "
            + status
            + "\r\n"
            + fields
            + "Content-Length: "
            + body.length
            + "\r\nCache-Control: no-store\r\nConnection: close\r\n"
            + "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
            + "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'\r\n\r\n";
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    answer.writeBytes(head.getBytes(UTF_8));
    answer.writeBytes(body);
    return answer.toByteArray();
  }
}
