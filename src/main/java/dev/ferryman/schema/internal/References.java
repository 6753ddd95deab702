package dev.ferryman.schema.internal;

import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SourceTable.SourceForeignKey;
import dev.ferryman.schema.SqlNames;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which ids there are and which are referred to, gathered while the tables are read. Where every id that is referred to
 * is there, nobody has to look each of them up. Only foreign keys of one column to an INTEGER PRIMARY KEY whose ids do
 * not spread too far are gathered; the others are looked up.
 */
final class References {
    /** Bits of all sets together: 32 MB. */
    private static final long MOST_BITS = 32L * 8 * 1024 * 1024;

    private final Map<SourceTable, IdSet> ids = new HashMap<>();
    private final Map<SourceForeignKey, IdSet> referredTo = new HashMap<>();
    private final Map<SourceForeignKey, SourceTable> parents = new HashMap<>();
    private long bits;

    /** Makes room for what can be gathered. */
    References(SqliteReader reader, SourceSchema schema) throws SQLException {
        for (var table : schema.tables()) {
            for (var key : table.foreignKeys()) {
                var parent = schema.table(key.parent());
                if (table.kind() == SourceTable.Kind.ORDINARY && parent != null && isGathered(key, parent)) {
                    prepare(reader, key, parent);
                }
            }
        }
    }

    private static boolean isGathered(SourceForeignKey key, SourceTable parent) {
        return parent.kind() == SourceTable.Kind.ORDINARY && parent.rowidAlias() != null && key.columns().size() == 1
                && key.parentColumns().size() == 1
                && key.parentColumns().getFirst().equalsIgnoreCase(parent.rowidAlias());
    }

    private void prepare(SqliteReader reader, SourceForeignKey key, SourceTable parent) throws SQLException {
        var known = ids.get(parent);
        if (known == null) {
            var name = SqlNames.quoteSqlite(String.valueOf(parent.rowidAlias()));
            var from = " FROM main." + SqlNames.quoteSqlite(parent.name()) + ")";
            try (var ends = reader
                    .open("SELECT (SELECT min(" + name + ")" + from + ", (SELECT max(" + name + ")" + from)) {
                ends.next();
                var least = ends.integer(0);
                var greatest = ends.integer(1);
                // Negative where the ids span more than a long.
                if (greatest - least < 0 || !hasRoom(2 * (greatest - least + 1))) {
                    return;
                }
                known = new IdSet(least, greatest);
                ids.put(parent, known);
                add(key, parent, known);
            }
        } else if (hasRoom(known.bits())) {
            add(key, parent, known);
        }
    }

    private boolean hasRoom(long more) {
        if (more < 0 || bits + more > MOST_BITS) {
            return false;
        }
        bits += more;
        return true;
    }

    private void add(SourceForeignKey key, SourceTable parent, IdSet known) {
        referredTo.put(key, known.emptyCopy());
        parents.put(key, parent);
    }

    /** Where a table's rowids go; null where nobody wants them. */
    @Nullable
    IdSet idsOf(SourceTable table) {
        return ids.get(table);
    }

    /** Where the values of a table's column go, empty where nobody wants them. */
    List<IdSet> referredToBy(SourceTable table, String column) {
        Predicate<SourceForeignKey> isOfColumn = key -> key.columns().getFirst().equalsIgnoreCase(column);
        return table.foreignKeys().stream().filter(referredTo::containsKey).filter(isOfColumn)
                .flatMap(key -> Stream.ofNullable(referredTo.get(key))).distinct().toList();
    }

    /** Whether it is sure, once all rows are read, that no row of a foreign key lacks its parent. */
    boolean allThere(SourceForeignKey key) {
        var wanted = referredTo.get(key);
        var there = ids.get(parents.get(key));
        return wanted != null && there != null && there.hasAll(wanted);
    }
}
