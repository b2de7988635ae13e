/** Notifications: their table, and the feed that publishes what is added to it. */
@NullMarked
package bellwether.notification;

import org.jspecify.annotations.NullMarked;
