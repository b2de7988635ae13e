/** The notifications: their table, their API, and the feed that publishes new rows of the table. */
@NullMarked
package bellwether.notification;

import org.jspecify.annotations.NullMarked;
