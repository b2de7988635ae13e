package bellwether.app;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A workaround for a memory leak in the JDK's methods of records. */
final class RecordMethods {
  private static final Logger logger = LoggerFactory.getLogger(RecordMethods.class);

  private RecordMethods() {}

  /**
   * Makes the JDK forget the application's records, so that the application's classes can be
   * unloaded after it is undeployed. JDK 17 remembers, once for all applications, the types for
   * which it last generated each method of a record. With a type it keeps the type's class loader,
   * and all objects that the loader refers to. So this method has it generate each method once
   * more, for a type of the JDK.
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
      logger.debug("The JDK may still refer to our records", e);
    }
  }
}
