package dev.ferryman.schemachange.internal.parse;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * PostgreSQL's parser as WebAssembly. One object serves one thread and is thrown away after a script: what a statement
 * leaves behind in its memory, or a failure in the middle, concerns nobody else.
 *
 * <p>
 * The binary was built by emscripten, whose JavaScript normally answers its imports. Those that parsing calls are few: the
 * parser reports an error by {@code longjmp}, which is a Java exception here, caught where the binary asks for a call that
 * may be left that way; and memory that grows. Imports and exports have one-letter names in this build.
 */
final class PgQuery {
    private static final String BINARY = "/dev/ferryman/schemachange/libpg-query.wasm";
    private static final Set<String> CALLS_THAT_MAY_JUMP = Set.of("a", "b", "d", "e", "f", "g", "h", "i", "j", "k",
            "l", "n", "y");
    private static final String JUMP = "p";
    private static final String GROW = "q";
    private static final String WRITE = "t";
    private static final String INITIALIZE = "A";
    private static final String ALLOCATE = "C";
    private static final String FREE = "E";
    private static final String PARSE = "F";
    private static final String FREE_RESULT = "G";
    private static final String SET_THREW = "P";
    private static final String RESTORE_STACK = "Q";
    private static final String CURRENT_STACK = "R";
    private static final int PAGE = 64 * 1024;
    /** 8 MB hold the parser and what a usual script needs; more is asked for as it is needed, up to 512 MB. */
    private static final MemoryLimits MEMORY = new MemoryLimits(128, 8192);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static @Nullable SoftReference<WasmModule> loaded;

    private final Instance instance;

    PgQuery() {
        WasmModule module = module();
        var imports = ImportValues.builder();
        module.importSection().stream().map(FunctionImport.class::cast)
                .forEach(wanted -> imports.addFunction(new HostFunction(wanted.module(), wanted.name(),
                        module.typeSection().getType(wanted.typeIndex()),
                        answer(wanted.name(), module.typeSection().getType(wanted.typeIndex())))));
        instance = Instance.builder(module).withImportValues(imports.build()).withMemoryLimits(MEMORY).build();
        call(INITIALIZE);
    }

    /** 40 MB as objects, which are given back when memory is short. */
    private static synchronized WasmModule module() {
        WasmModule module = loaded == null ? null : loaded.get();
        if (module == null) {
            try (InputStream binary = Objects.requireNonNull(PgQuery.class.getResourceAsStream(BINARY))) {
                module = Parser.parse(binary);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            loaded = new SoftReference<>(module);
        }
        return module;
    }

    /**
     * The parse tree as libpg_query's JSON: {@code {"version":…,"stmts":[{"stmt":{…},"stmt_location":…,"stmt_len":…}]}},
     * every position in bytes of UTF-8.
     *
     * @throws RefusedSqlException if PostgreSQL's parser refuses the text
     */
    JsonNode parse(String sql) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        int query = (int) call(ALLOCATE, text.length + 1);
        Memory memory = instance.memory();
        memory.write(query, text);
        memory.writeByte(query + text.length, (byte) 0);
        int result;
        try {
            result = (int) call(PARSE, query);
        } catch (ChicoryException | StackOverflowError e) {
            throw new RefusedSqlException("The statement is nested too deeply, or too large, to be read", 0);
        }
        int error = memory.readInt(result + 8);
        if (error != 0) {
            throw new RefusedSqlException(memory.readCString(memory.readInt(error), StandardCharsets.UTF_8),
                    Math.max(0, memory.readInt(error + 16) - 1));
        }
        JsonNode tree = JSON.readTree(memory.readCString(memory.readInt(result), StandardCharsets.UTF_8));
        call(FREE, query);
        call(FREE_RESULT, result);
        return tree;
    }

    private long call(String export, long... arguments) {
        long[] results = instance.export(export).apply(arguments);
        return results == null || results.length == 0 ? 0 : results[0];
    }

    private static WasmFunctionHandle answer(String name, FunctionType type) {
        if (CALLS_THAT_MAY_JUMP.contains(name)) {
            return (instance, arguments) -> callThatMayJump(instance, arguments, type.returns().size());
        }
        return switch (name) {
            case JUMP -> (_, _) -> {
                throw new LongJump();
            };
            case GROW -> (instance, arguments) -> new long[]{grow(instance.memory(), arguments[0])};
            case WRITE -> (instance, arguments) -> new long[]{swallow(instance.memory(), arguments)};
            default -> (_, _) -> {
                throw new ChicoryException("The parser called for its operating system: " + name);
            };
        };
    }

    private static long[] callThatMayJump(Instance instance, long[] arguments, int results) {
        long stack = instance.export(CURRENT_STACK).apply()[0];
        try {
            int function = instance.table(0).requiredRef((int) arguments[0]);
            long[] result = instance.getMachine().call(function, Arrays.copyOfRange(arguments, 1, arguments.length));
            return result == null ? new long[0] : result;
        } catch (LongJump jump) {
            instance.export(RESTORE_STACK).apply(stack);
            instance.export(SET_THREW).apply(1, 0);
            return new long[results];
        }
    }

    /** What the parser warns of, such as a name that it cuts off, is said by the rules; here it is taken for written. */
    private static long swallow(Memory memory, long[] arguments) {
        int vectors = (int) arguments[1];
        int bytes = 0;
        for (int i = 0; i < arguments[2]; i++) {
            bytes += memory.readInt(vectors + 8 * i + 4);
        }
        memory.writeI32((int) arguments[3], bytes);
        return 0;
    }

    private static long grow(Memory memory, long bytes) {
        int pages = (int) ((bytes + PAGE - 1) / PAGE) - memory.pages();
        return pages <= 0 || memory.grow(pages) >= 0 ? 1 : 0;
    }

    private static final class LongJump extends RuntimeException {
        LongJump() {
            super(null, null, false, false);
        }
    }
}
