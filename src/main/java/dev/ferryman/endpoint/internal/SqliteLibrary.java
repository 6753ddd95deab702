package dev.ferryman.endpoint.internal;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The system's {@code libsqlite3}, called without JNI. Only for snapshots: a live file has one SQLite library in this
 * process, and that is sqlite-jdbc's ({@code DESIGN.md} § 2, invariant I5).
 */
public final class SqliteLibrary {
    private static final List<String> NAMES = List.of("libsqlite3.so.0", "libsqlite3.so", "libsqlite3.dylib",
            "/usr/lib/libsqlite3.dylib");
    /** The first version that reads STRICT tables: older ones cannot open a schema that has them. */
    private static final int OLDEST = 3_037_000;
    private static final boolean PRESENT = find();

    /** All of memory, for reading what SQLite points to. */
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private SqliteLibrary() {}

    /** Its functions. Constants of a class, because only then does the compiler turn each call into a bare jump. */
    static final class Calls {
        private static final AddressLayout POINTER = ValueLayout.ADDRESS;
        private static final ValueLayout.OfLong ADDRESS = ValueLayout.JAVA_LONG;
        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
        private static final SymbolLookup SYMBOLS = symbols();

        static final MethodHandle OPEN = call("sqlite3_open_v2", INT, POINTER, POINTER, INT, POINTER);
        static final MethodHandle CLOSE = call("sqlite3_close_v2", INT, ADDRESS);
        static final MethodHandle LIMIT = call("sqlite3_limit", INT, ADDRESS, INT, INT);
        static final MethodHandle PREPARE = call("sqlite3_prepare_v2", INT, ADDRESS, POINTER, INT, POINTER, POINTER);
        static final MethodHandle FINALIZE = call("sqlite3_finalize", INT, ADDRESS);
        static final MethodHandle INTERRUPT = callVoid("sqlite3_interrupt", ADDRESS);
        static final MethodHandle STEP = call("sqlite3_step", INT, ADDRESS);
        static final MethodHandle MESSAGE = call("sqlite3_errmsg", ADDRESS, ADDRESS);
        static final MethodHandle TYPE = shortCall("sqlite3_column_type", INT, ADDRESS, INT);
        static final MethodHandle INTEGER = shortCall("sqlite3_column_int64", ValueLayout.JAVA_LONG, ADDRESS, INT);
        static final MethodHandle REAL = shortCall("sqlite3_column_double", ValueLayout.JAVA_DOUBLE, ADDRESS, INT);
        static final MethodHandle BLOB = shortCall("sqlite3_column_blob", ADDRESS, ADDRESS, INT);
        static final MethodHandle BYTES = shortCall("sqlite3_column_bytes", INT, ADDRESS, INT);
        /** May convert from UTF-16 and therefore take long. */
        static final MethodHandle TEXT = call("sqlite3_column_text", ADDRESS, ADDRESS, INT);
        static final int VERSION = version();

        private Calls() {}

        private static SymbolLookup symbols() {
            for (String name : NAMES) {
                try {
                    return SymbolLookup.libraryLookup(name, Arena.global());
                } catch (IllegalArgumentException e) {
                    // Not there under this name.
                }
            }
            throw new IllegalStateException("this system has no libsqlite3");
        }

        private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
            return Linker.nativeLinker().downcallHandle(SYMBOLS.findOrThrow(name),
                    FunctionDescriptor.of(result, arguments));
        }

        private static MethodHandle callVoid(String name, MemoryLayout... arguments) {
            return Linker.nativeLinker().downcallHandle(SYMBOLS.findOrThrow(name),
                    FunctionDescriptor.ofVoid(arguments));
        }

        /** A call that returns at once, so the thread need not leave the state in which the collector waits for it. */
        private static MethodHandle shortCall(String name, MemoryLayout result, MemoryLayout... arguments) {
            return Linker.nativeLinker().downcallHandle(SYMBOLS.findOrThrow(name),
                    FunctionDescriptor.of(result, arguments), Linker.Option.critical(false));
        }

        private static int version() {
            try {
                return (int) call("sqlite3_libversion_number", INT).invokeExact();
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Whether the system has a library that is new enough, and native access is allowed. */
    public static boolean present() {
        return PRESENT;
    }

    private static boolean find() {
        try {
            return Calls.VERSION >= OLDEST;
        } catch (ExceptionInInitializerError e) {
            // Not there, not complete, or not to be used: sqlite-jdbc reads everything.
            return false;
        }
    }

    /** Such as {@code 3.40.1}. */
    public static String version() {
        return Calls.VERSION / 1_000_000 + "." + Calls.VERSION / 1_000 % 1_000 + "." + Calls.VERSION % 1_000;
    }
}
