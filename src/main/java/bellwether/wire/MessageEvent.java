package bellwether.wire;

/**
 * The event that a client's message listener receives.
 *
 * @param type {@code "message"} unless the stream named another
 * @param data the data lines, joined by LF
 * @param lastEventId the last id the stream gave, with this event or before it; {@code ""} if none
 * @see <a
 *     href="https://html.spec.whatwg.org/multipage/comms.html#the-messageevent-interface">WHATWG
 *     HTML 9.1, The MessageEvent interface</a>
 */
public record MessageEvent(String type, String data, String lastEventId) {}
