package dev.ferryman.copy.internal;

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
import java.util.Optional;

/**
 * The system's {@code libsqlite3}, called without JNI. Only for snapshots: a live file has one SQLite library in this
 * process, and that is sqlite-jdbc's ({@code DESIGN.md} § 2, invariant I5).
 */
final class SqliteLibrary {
    private static final List<String> NAMES = List.of("libsqlite3.so.0", "libsqlite3.so", "libsqlite3.dylib",
            "/usr/lib/libsqlite3.dylib");
    /** The first version that reads STRICT tables: older ones cannot open a schema that has them. */
    private static final int OLDEST = 3_037_000;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;
    private static final ValueLayout.OfLong ADDRESS = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private static final Optional<SqliteLibrary> FOUND = find();

    final MethodHandle open;
    final MethodHandle close;
    final MethodHandle prepare;
    final MethodHandle finish;
    final MethodHandle step;
    final MethodHandle message;
    final MethodHandle type;
    final MethodHandle integer;
    final MethodHandle real;
    final MethodHandle text;
    final MethodHandle blob;
    final MethodHandle bytes;
    private final int version;

    private SqliteLibrary(SymbolLookup symbols) throws Throwable {
        open = call(symbols, "sqlite3_open_v2", INT, POINTER, POINTER, INT, POINTER);
        close = call(symbols, "sqlite3_close_v2", INT, ADDRESS);
        prepare = call(symbols, "sqlite3_prepare_v2", INT, ADDRESS, POINTER, INT, POINTER, POINTER);
        finish = call(symbols, "sqlite3_finalize", INT, ADDRESS);
        step = call(symbols, "sqlite3_step", INT, ADDRESS);
        message = call(symbols, "sqlite3_errmsg", ADDRESS, ADDRESS);
        type = shortCall(symbols, "sqlite3_column_type", INT, ADDRESS, INT);
        integer = shortCall(symbols, "sqlite3_column_int64", ValueLayout.JAVA_LONG, ADDRESS, INT);
        real = shortCall(symbols, "sqlite3_column_double", ValueLayout.JAVA_DOUBLE, ADDRESS, INT);
        blob = shortCall(symbols, "sqlite3_column_blob", ADDRESS, ADDRESS, INT);
        bytes = shortCall(symbols, "sqlite3_column_bytes", INT, ADDRESS, INT);
        // May convert from UTF-16 and therefore take long.
        text = call(symbols, "sqlite3_column_text", ADDRESS, ADDRESS, INT);
        version = (int) call(symbols, "sqlite3_libversion_number", INT).invokeExact();
    }

    private static MethodHandle call(SymbolLookup symbols, String name, MemoryLayout result,
            MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name),
                FunctionDescriptor.of(result, arguments));
    }

    /** A call that returns at once, so the thread need not leave the state in which the collector waits for it. */
    private static MethodHandle shortCall(SymbolLookup symbols, String name, MemoryLayout result,
            MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name),
                FunctionDescriptor.of(result, arguments), Linker.Option.critical(false));
    }

    /** The library, where the system has one that is new enough and native access is allowed. */
    static Optional<SqliteLibrary> found() {
        return FOUND;
    }

    private static Optional<SqliteLibrary> find() {
        for (String name : NAMES) {
            try {
                var library = new SqliteLibrary(SymbolLookup.libraryLookup(name, Arena.global()));
                if (library.version >= OLDEST) {
                    return Optional.of(library);
                }
            } catch (Throwable e) {
                // Not there under this name, or not to be used: the next one, and in the end sqlite-jdbc.
                if (e instanceof VirtualMachineError error) {
                    throw error;
                }
            }
        }
        return Optional.empty();
    }

    /** Such as {@code 3.40.1}. */
    String version() {
        return version / 1_000_000 + "." + version / 1_000 % 1_000 + "." + version % 1_000;
    }

    /** All of memory, for reading what SQLite points to. */
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
}
