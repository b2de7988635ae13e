package bellwether.app;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the JDK makes the methods of records, and what it remembers of it. */
final class RecordMethods {
  private static final Logger logger = LoggerFactory.getLogger(RecordMethods.class);

  private RecordMethods() {}

  /**
   * Lets the JDK forget the application's records, for when it is undeployed. JDK 17 remembers the
   * types that it last made each method for, in one place for all applications, and with a type its
   * class loader and all that hangs on it. So it is made to do it once more, for a type of its own.
   */
  static void letGoOfOurs() {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    try {
      MethodHandle component =
          lookup.findVirtual(String.class, "toString", MethodType.methodType(String.class));
      for (String method : List.of("equals", "hashCode", "toString")) {
        ObjectMethods.bootstrap(
            lookup, method, MethodHandle.class, String.class, "text", component);
      }
    } catch (Throwable e) { // what bootstrap declares
      logger.debug("The JDK may still know records of ours", e);
    }
  }
}
