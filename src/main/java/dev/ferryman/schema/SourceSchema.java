package dev.ferryman.schema;

import dev.ferryman.schema.internal.SchemaReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a SQLite database declares, as SQLite's own PRAGMAs and the text of its CREATE statements tell it. SQLite's own
 * tables ({@code sqlite_…}) and Ferryman's ({@code _ferryman_…}) are not part of it.
 *
 * @param encoding {@code UTF-8}, {@code UTF-16le} or {@code UTF-16be}
 * @param tables tables of every kind, by name
 * @param views views, by name
 * @param triggers triggers, by name
 */
public record SourceSchema(String encoding, List<SourceTable> tables, List<SourceView> views,
        List<SourceTrigger> triggers) {
    public SourceSchema {
        tables = List.copyOf(tables);
        views = List.copyOf(views);
        triggers = List.copyOf(triggers);
    }

    /** Reads the schema of the main database of a connection. */
    public static SourceSchema read(Connection sqlite) throws SQLException {
        return SchemaReader.read(sqlite);
    }

    /** The table of that name, compared as SQLite does (ASCII case aside); null where there is none. */
    public @Nullable SourceTable table(String name) {
        for (var table : tables) {
            if (table.name().equalsIgnoreCase(name)) {
                return table;
            }
        }
        return null;
    }

    /** A view with its SQL. */
    public record SourceView(String name, String sql) {}

    /** A trigger with the table or view it belongs to and its SQL. */
    public record SourceTrigger(String name, String table, String sql) {}
}
