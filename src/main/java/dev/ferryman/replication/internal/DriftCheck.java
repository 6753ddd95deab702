package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.CapturedTable;
import dev.ferryman.replication.CaptureState;
import dev.ferryman.replication.Drift;
import dev.ferryman.replication.internal.CaptureStore.SchemaRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares the source with what the capture was installed on. */
public final class DriftCheck {
    private static final String PLAN_AGAIN = "The application goes on undisturbed. Remove the capture, plan again, and"
            + " begin with a new snapshot: changes may have been missed.";

    private DriftCheck() {}

    /** See {@code Capture.drift}. */
    public static List<Drift> run(Connection connection, SqliteSource live) throws SQLException {
        CaptureState state = CaptureStore.read(connection).orElse(null);
        if (state == null) {
            return List.of(new Drift(Drift.Kind.CAPTURE_GONE, live.path().toString(),
                    "The source holds no capture: it was removed, or the file was restored from before it.",
                    PLAN_AGAIN));
        }
        List<Drift> found = new ArrayList<>();
        file(connection, live, found);
        schema(connection, state, found);
        return found;
    }

    private static void file(Connection connection, SqliteSource live, List<Drift> found) throws SQLException {
        long inode = Sql.number(connection, "SELECT inode FROM " + Names.STATE);
        // The device's number may be another one after a restart of the host, so it proves nothing.
        if (FileIdentity.of(live.path()).inode() != inode) {
            found.add(new Drift(Drift.Kind.FILE_REPLACED, live.path().toString(),
                    "The path " + live.path() + " leads to another file than the one that was captured (inode " + inode
                            + " then).",
                    PLAN_AGAIN));
        }
        String then = Sql.query(connection, "SELECT encoding FROM " + Names.STATE, row -> row.getString(1)).getFirst();
        String now = CaptureStore.encoding(connection);
        if (!now.equals(then)) {
            found.add(new Drift(Drift.Kind.ENCODING_CHANGED, live.path().toString(),
                    "The text encoding was " + then + " and is " + now + ".", PLAN_AGAIN));
        }
    }

    private static void schema(Connection connection, CaptureState state, List<Drift> found) throws SQLException {
        Map<String, SchemaRow> then = byName(CaptureStore.keptSchema(connection));
        Map<String, SchemaRow> now = byName(CaptureStore.schema(connection));
        Set<String> captured = state.tables().stream().map(CapturedTable::table).map(DriftCheck::folded)
                .collect(Collectors.toSet());
        Set<String> aside = Set.copyOf(
                Sql.query(connection, "SELECT name FROM " + Names.ASIDE, row -> "trigger " + row.getString(1)));
        for (var entry : then.entrySet()) {
            SchemaRow old = entry.getValue();
            SchemaRow current = now.get(entry.getKey());
            boolean same = current != null && current.sql().equals(old.sql()) && current.table().equals(old.table());
            if (!same && !aside.contains(entry.getKey())) {
                if (old.name().startsWith(Names.PREFIX)) {
                    found.add(ours(old, current));
                } else if (captured.contains(folded(old.table())) && matters(old)) {
                    found.add(theirs(old, current));
                }
            }
        }
        for (var entry : now.entrySet()) {
            SchemaRow row = entry.getValue();
            if (!then.containsKey(entry.getKey()) && !row.name().startsWith(Names.PREFIX)) {
                added(row, captured, found);
            }
        }
    }

    /** Plain indexes and the application's own triggers change no rows and displace none. */
    private static boolean matters(SchemaRow row) {
        return switch (row.type()) {
            case "table" -> true;
            case "index" -> row.sql().toUpperCase(Locale.ROOT).contains("UNIQUE");
            default -> false;
        };
    }

    private static Drift ours(SchemaRow row, @Nullable SchemaRow now) {
        String of = row.type().equals("trigger") ? " of table " + row.table() : "";
        return new Drift(Drift.Kind.TRIGGER_MISSING, row.name(), "The capture's " + row.type() + " " + row.name() + of
                + (now == null
                        ? " is gone, as it is after the application rebuilt its table."
                        : " is another one than was installed."),
                PLAN_AGAIN);
    }

    private static Drift theirs(SchemaRow row, @Nullable SchemaRow now) {
        String what = Character.toUpperCase(row.type().charAt(0)) + row.type().substring(1) + " " + row.name();
        return new Drift(Drift.Kind.SCHEMA_CHANGED, row.name(), now == null
                ? what + " of table " + row.table() + " was dropped or renamed."
                : what + " was altered. It was: " + cut(row.sql()) + " — it is: " + cut(now.sql()), PLAN_AGAIN);
    }

    private static void added(SchemaRow row, Set<String> captured, List<Drift> found) {
        if (captured.contains(folded(row.table()))) {
            if (row.type().equals("index") && matters(row)) {
                found.add(new Drift(Drift.Kind.SCHEMA_CHANGED, row.name(), "Table " + row.table()
                        + " got a unique index " + row.name()
                        + ": rows that a REPLACE displaces by it are not recorded.",
                        PLAN_AGAIN));
            }
        } else if (row.type().equals("table")) {
            found.add(new Drift(Drift.Kind.TABLE_ADDED, row.name(), "Table " + row.name()
                    + " was added; the plan does not know it, so it is not moved.", PLAN_AGAIN));
        }
    }

    private static Map<String, SchemaRow> byName(List<SchemaRow> rows) {
        Map<String, SchemaRow> byName = new LinkedHashMap<>();
        rows.forEach(row -> byName.put(row.type() + " " + row.name(), row));
        return byName;
    }

    private static String cut(String sql) {
        return sql.length() > 400 ? sql.substring(0, 400) + " …" : sql;
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
