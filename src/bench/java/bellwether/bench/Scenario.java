package bellwether.bench;

import java.util.Locale;

/** The workloads. */
enum Scenario {
  //  streams, topics, ticks, events in a tick, events in a request
  THOUSAND("1,000 streams, 20 events/s", 1_000, 1, 20, 1, 1),
  THOUSAND_TLS("the same over TLS", 1_000, 1, 20, 1, 1),
  THOUSAND_H2("the same over HTTP/2 with TLS", 1_000, 1, 20, 1, 1),
  TEN_THOUSAND("10,000 streams, 1 event/s", 10_000, 1, 1, 1, 1),
  FLAT_OUT("200 streams, as fast as it goes", 200, 1, 0, 1, 1),
  FLAT_OUT_BATCH("the same, published 100 at once", 200, 1, 0, 100, 100),
  TOPICS("10,000 topics with a stream each, 5,000 events/s", 10_000, 10_000, 50, 100, 1),
  TOPICS_BATCH("the same, published 100 at once", 10_000, 10_000, 50, 100, 100),
  STOCK_BOARD("1,000 streams, 30 events at once each second", 1_000, 1, 1, 30, 30),
  STALLED("1,000 streams, 20 events/s, one reader has stopped", 1_000, 1, 20, 1, 1),
  STRANGERS(
      "1,000 streams, 20 events/s, beside clients that hold what they can", 1_000, 1, 20, 1, 1),
  OPENING("10,000 streams are opened", 10_000, 1, 0, 1, 1),
  IDLE("10,000 idle streams", 10_000, 1, 0, 1, 1),
  RESUME("10,000 clients come back, each 1,000 events behind", 10_000, 1, 0, 1, 1000),
  RESUME_TOPICS("2,000 on 100 topics, in a log of 100,000 events", 2_000, 100, 0, 1, 1000),
  PUBLISH("single events on 1, 16 and 64 connections, one stream", 1, 1, 0, 1, 1),
  DURABLE("publishing, each request once the last is answered", 100, 1, 0, 1, 1000);

  /** Data of an event, in bytes. */
  static final int SIZE = 200;

  private final String description;
  private final int streams;
  private final int topics;
  private final int ticks;
  private final int perTick;
  private final int batch;

  Scenario(String description, int streams, int topics, int ticks, int perTick, int batch) {
    this.description = description;
    this.streams = streams;
    this.topics = topics;
    this.ticks = ticks;
    this.perTick = perTick;
    this.batch = batch;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Scenario of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  String description() {
    return description;
  }

  int streams() {
    return streams;
  }

  /**
   * Streams are spread over them: on one all get everything, on as many as there are each its own.
   */
  int topics() {
    return topics;
  }

  /** How often events are published, each second; 0 for as fast as it goes. */
  int ticks() {
    return ticks;
  }

  int perTick() {
    return perTick;
  }

  /** Events in one request, to a peer that takes more than one. */
  int batch() {
    return batch;
  }

  /**
   * On how many connections the paced events come. One that waits for each sync would measure the
   * disk, where events are many.
   */
  int connections() {
    return this == TOPICS || this == TOPICS_BATCH ? 16 : 1;
  }

  boolean isPaced() {
    return ticks > 0;
  }

  /** Whether its streams are read over TLS; events are published without. */
  boolean isSecure() {
    return this == THOUSAND_TLS || this == THOUSAND_H2;
  }

  boolean isHttp2() {
    return this == THOUSAND_H2;
  }

  /** Whether its streams begin behind what they have missed. */
  boolean isResuming() {
    return this == RESUME || this == RESUME_TOPICS;
  }

  /** Whether it is the answers to publishers that are measured. */
  boolean isPublishing() {
    return this == PUBLISH || this == DURABLE;
  }

  /** Whether there is nothing to measure of a peer that takes one event in a request. */
  boolean needsBatches() {
    return baseScenario() != this;
  }

  /** The server that the others are compared with. */
  Peer base() {
    return switch (this) {
      case RESUME, RESUME_TOPICS, THOUSAND_TLS, THOUSAND_H2 -> Peer.NCHAN;
      case DURABLE -> Peer.BELLWETHER_MEMORY;
      case STRANGERS -> Peer.BELLWETHER;
      default -> Peer.FLOOR;
    };
  }

  /** The scenario in which it is what this one is compared with: a floor knows no batches. */
  Scenario baseScenario() {
    return switch (this) {
      case FLAT_OUT_BATCH -> FLAT_OUT;
      case TOPICS_BATCH -> TOPICS;
      default -> this;
    };
  }
}
