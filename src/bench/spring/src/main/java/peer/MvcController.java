package peer;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** One {@link SseEmitter} for each stream, walked by whoever publishes. */
@RestController
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
class MvcController {
  private final Set<SseEmitter> emitters = ConcurrentHashMap.newKeySet();
  private long lastId;

  @GetMapping("/sub")
  SseEmitter subscribe() throws IOException {
    SseEmitter emitter = new SseEmitter(0L);
    emitter.onCompletion(() -> emitters.remove(emitter));
    emitter.onError(failure -> emitters.remove(emitter));
    emitters.add(emitter);
    emitter.send(SseEmitter.event().comment("open")); // nothing is answered before the first event
    return emitter;
  }

  /** One at a time: two would overtake each other on the streams. */
  @PostMapping("/pub")
  synchronized void publish(@RequestBody String data) {
    String id = Long.toString(++lastId);
    for (SseEmitter emitter : emitters) {
      try {
        emitter.send(SseEmitter.event().id(id).data(data));
      } catch (IOException | IllegalStateException e) {
        emitters.remove(emitter);
      }
    }
  }
}
