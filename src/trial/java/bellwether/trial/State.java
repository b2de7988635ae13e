package bellwether.trial;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What the page shows, as JSON. */
record State(Nodes nodes, Balancer balancer, List<Reader> readers, Publisher publisher) {
  String json() {
    List<Balancer.Hanging> hanging = balancer.hanging();
    JsonArrayBuilder all = Json.createArrayBuilder();
    for (Node node : nodes.all()) {
      long streams = hanging.stream().filter(one -> one.node().equals(node.name())).count();
      all.add(
          Json.createObjectBuilder()
              .add("name", node.name())
              .add("condition", node.condition().name().toLowerCase(Locale.ROOT))
              .add("port", node.port())
              .add("streams", streams));
    }
    JsonArrayBuilder streams = Json.createArrayBuilder();
    hanging.stream()
        .sorted(Comparator.comparing(Balancer.Hanging::client))
        .forEach(
            one ->
                streams.add(
                    Json.createObjectBuilder()
                        .add("client", one.client())
                        .add("node", one.node())));
    JsonArrayBuilder counts = Json.createArrayBuilder();
    readers.forEach(reader -> counts.add(reader.json()));
    return Json.createObjectBuilder()
        .add("published", publisher.published())
        .add("repeated", publisher.repeated())
        .add("nodes", all)
        .add("streams", streams)
        .add("readers", counts)
        .build()
        .toString();
  }
}
