package bellwether.bench;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** What a delivery costs, as bars, longest in each workload. Plain SVG for light and dark. */
final class Plot {
  private static final List<Scenario> SHOWN =
      List.of(
          Scenario.THOUSAND,
          Scenario.TEN_THOUSAND,
          Scenario.FLAT_OUT,
          Scenario.STOCK_BOARD,
          Scenario.TOPICS);
  private static final String FIELD = "cpuMicrosPerDelivery";
  private static final int WIDTH = 720;
  private static final int LEFT = 185;
  private static final int BAR = 18;
  private static final int ROOM_FOR_FIGURES = 130;
  private static final String STYLE =
      """
      text { font: 13px system-ui, sans-serif; fill: #222; }
      .title { font-weight: 600; }
      .peer { text-anchor: end; }
      .bar { fill: #9aa5b1; }
      .bellwether { fill: #1f6feb; }
      @media (prefers-color-scheme: dark) {
        text { fill: #e6e6e6; }
        .bar { fill: #6b7785; }
        .bellwether { fill: #58a6ff; }
      }
      """;

  private final Results results;
  private final StringBuilder body = new StringBuilder();
  private int y = 24;

  Plot(Results results) {
    this.results = results;
  }

  String svg() {
    text(
        "title",
        0,
        "Server CPU for one delivery, µs (ratio to the floor); each workload to its own scale");
    y += 12;
    SHOWN.forEach(this::scenario);
    return """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img">
        <title>Server CPU for one delivery, by workload and server</title>
        <style>
        %s</style>
        %s</svg>
        """
        .formatted(WIDTH, y, STYLE, body);
  }

  private void scenario(Scenario scenario) {
    List<Peer> peers =
        Stream.of(Peer.values())
            .filter(peer -> results.median(scenario, peer, FIELD).isPresent())
            .toList();
    if (peers.isEmpty()) {
      return;
    }
    y += 22;
    text("title", 0, scenario.description());
    y += 8;
    peers.forEach(peer -> bar(scenario, peer));
  }

  private void bar(Scenario scenario, Peer peer) {
    double value = results.median(scenario, peer, FIELD).orElseThrow();
    long length =
        Math.max(1, Math.round(value / longest(scenario) * (WIDTH - LEFT - ROOM_FOR_FIGURES)));
    body.append("<rect class=\"bar %s\" ".formatted(peer.label()));
    body.append("x=\"%d\" y=\"%d\" ".formatted(LEFT, y));
    body.append("width=\"%d\" height=\"%d\"/>\n".formatted(length, BAR - 4));
    y += BAR;
    y -= 6;
    text("peer", LEFT - 8, peer == Peer.FLOOR ? "the floor" : peer.title());
    text("figure", LEFT + length + 8, figure(scenario, peer, value));
    y += 6;
  }

  private String figure(Scenario scenario, Peer peer, double value) {
    OptionalDouble ratio = results.ratioToBase(scenario, peer, FIELD);
    String text = String.format(Locale.ROOT, "%.1f", value);
    return ratio.isEmpty() || peer == Peer.FLOOR
        ? text
        : text + String.format(Locale.ROOT, " (%.2f)", ratio.getAsDouble());
  }

  private double longest(Scenario scenario) {
    return Stream.of(Peer.values())
        .mapToDouble(peer -> results.median(scenario, peer, FIELD).orElse(0))
        .max()
        .orElse(1);
  }

  private void text(String style, long x, String text) {
    body.append("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n".formatted(style, x, y, text));
  }
}
