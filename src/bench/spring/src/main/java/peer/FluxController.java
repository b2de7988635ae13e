package peer;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One hot sink, and a buffer for each stream, without which it would miss events under load. */
@RestController
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
class FluxController {
  private static final int MAX_WAITING = 1000; // events; then the stream is ended

  private final Sinks.Many<ServerSentEvent<String>> sink =
      Sinks.many().multicast().directBestEffort();
  private long lastId;

  @GetMapping(value = "/sub", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  Flux<ServerSentEvent<String>> subscribe() {
    ServerSentEvent<String> open = ServerSentEvent.<String>builder().comment("open").build();
    return Flux.concat(Flux.just(open), sink.asFlux().onBackpressureBuffer(MAX_WAITING));
  }

  /** One at a time: a sink refuses two. */
  @PostMapping("/pub")
  synchronized Mono<Void> publish(@RequestBody String data) {
    sink.tryEmitNext(ServerSentEvent.builder(data).id(Long.toString(++lastId)).build());
    return Mono.empty();
  }
}
