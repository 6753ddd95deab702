package dev.ferryman.replication.internal;

import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SourceTable.Generated;
import dev.ferryman.schema.SourceTable.SourceColumn;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Writes rows of one table of the fenced source. Keys are given as SQLite stores them. Where unique values move between
 * rows, the rows of a batch are set aside as they are, changed there, and come back together.
 */
final class SourceRows {
    private static final int MOST_PREPARED = 32;

    private final Connection source;
    private final ReplicatedTable table;
    private final String lookUp;
    private final String aside;
    /** Per key column, whether SQLite compares it by a rule that takes different texts for one. */
    private final List<Boolean> folded;
    /** Columns the table stores, those included that are not moved: what is set aside comes back whole. */
    private final List<SourceColumn> stored;
    private final Map<String, PreparedStatement> prepared = new LinkedHashMap<>(16, 0.75f, true);

    SourceRows(Connection source, ReplicatedTable table) throws SQLException {
        this.source = source;
        this.table = table;
        this.lookUp = "temp." + Names.quote("ferryman_key_" + table.number());
        this.aside = "temp." + Names.quote("ferryman_row_" + table.number());
        SourceTable read = SourceSchema.read(source).tables().stream()
                .filter(t -> t.name().equals(table.plan().source())).findFirst()
                .orElseThrow(() -> new SQLException("there is no table " + table.plan().source() + " any more"));
        this.stored = read.columns().stream().filter(c -> c.generated() == Generated.NO).toList();
        this.folded = table.key().stream().map(column -> {
            SourceColumn declared = read.column(column.plan().source());
            return declared != null && !declared.collation().equals("BINARY");
        }).toList();
        Sql.execute(source, "DROP TABLE IF EXISTS " + lookUp);
        Sql.execute(source, "DROP TABLE IF EXISTS " + aside);
        if (!table.key().isEmpty()) {
            Sql.execute(source, "CREATE TEMP TABLE " + unqualified(lookUp) + "(n INTEGER"
                    + Names.keys(table.key().size()).stream().map(k -> ", " + k).collect(Collectors.joining()) + ")");
            Sql.execute(source, "CREATE TEMP TABLE " + unqualified(aside) + "(" + stored.stream()
                    .map(c -> Names.quote(c.name()) + " " + Affinity.of(c.declaredType()) + " COLLATE "
                            + Names.quote(c.collation()))
                    .collect(Collectors.joining(", ")) + ")");
        }
    }

    private static String unqualified(String name) {
        return name.substring("temp.".length());
    }

    /** Whether a unique value stands in the way. */
    static boolean conflict(SQLException e) {
        return e instanceof SQLiteException sqlite
                && switch (SQLiteErrorCode.getErrorCode(sqlite.getResultCode().code)) {
                    case SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID -> true;
                    default -> false;
                };
    }

    /** Whether a constraint refuses a row. */
    static boolean constraint(SQLException e) {
        return e instanceof SQLiteException sqlite
                && (sqlite.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
    }

    void clearKeys() throws SQLException {
        Sql.execute(source, "DELETE FROM " + lookUp);
    }

    void addKey(long number, List<Object> key) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(number);
        values.addAll(key);
        run("INSERT INTO " + lookUp + " VALUES (" + marks(values.size()) + ")", values);
    }

    /**
     * Number and columns, then key, of the rows that were asked for. Keys that are two for the target are two here, whatever
     * the column's collation says; the comparison by that collation comes first for the sake of its index.
     */
    String lookUpSql() {
        List<String> names = Names.keys(table.key().size());
        return "SELECT k.n, " + table.columns().stream().map(c -> "t." + c.source()).collect(Collectors.joining(", "))
                + " FROM " + lookUp + " k JOIN " + table.source() + " t ON "
                + IntStream.range(0, names.size())
                        .mapToObj(i -> {
                            String same = "t." + table.key().get(i).source() + " = k." + names.get(i);
                            return folded.get(i) && table.key().get(i).exact()
                                    ? same + " AND " + same + " COLLATE BINARY"
                                    : same;
                        })
                        .collect(Collectors.joining(" AND "));
    }

    /** The key in a row of {@link #lookUpSql()}, as it is stored. */
    List<Object> key(SqliteRows row) throws SQLException {
        List<Object> key = new ArrayList<>();
        for (ReplicatedColumn column : table.key()) {
            int at = 1 + table.columns().indexOf(column);
            key.add(switch (row.type(at)) {
                case SqliteRows.INTEGER -> row.integer(at);
                case SqliteRows.REAL -> row.real(at);
                case SqliteRows.TEXT -> new String(row.bytes(at), StandardCharsets.UTF_8);
                default -> row.bytes(at);
            });
        }
        return key;
    }

    void insert(List<@Nullable Object> values, boolean anew) throws SQLException {
        String columns = table.columns().stream().map(ReplicatedColumn::source).collect(Collectors.joining(", "));
        run("INSERT INTO " + (anew ? aside : table.source()) + " (" + columns + ") VALUES (" + marks(values.size())
                + ")",
                values);
    }

    void update(List<Object> key, Map<Integer, @Nullable Object> changed, boolean anew) throws SQLException {
        if (changed.isEmpty()) {
            return;
        }
        var inOrder = new TreeMap<>(changed);
        List<@Nullable Object> values = new ArrayList<>(inOrder.values());
        values.addAll(matched(key));
        run("UPDATE " + (anew ? aside : table.source()) + " SET "
                + inOrder.keySet().stream().map(i -> table.columns().get(i).source() + " = ?")
                        .collect(Collectors.joining(", "))
                + where(), values);
    }

    void delete(List<Object> key, boolean anew) throws SQLException {
        run("DELETE FROM " + (anew ? aside : table.source()) + where(), matched(key));
    }

    /** The one row with a key as it is stored. */
    private String where() {
        return " WHERE " + IntStream.range(0, folded.size())
                .mapToObj(i -> table.key().get(i).source() + " = ?"
                        + (folded.get(i) ? " AND " + table.key().get(i).source() + " = ? COLLATE BINARY" : ""))
                .collect(Collectors.joining(" AND "));
    }

    /** The values that {@link #where()} asks for. */
    private List<@Nullable Object> matched(List<Object> key) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            values.add(key.get(i));
            if (folded.get(i)) {
                values.add(key.get(i));
            }
        }
        return values;
    }

    /** Takes rows out of the table as they are. */
    void setAside(Collection<List<Object>> keys) throws SQLException {
        Sql.execute(source, "DELETE FROM " + aside);
        for (List<Object> key : keys) {
            run("INSERT INTO " + aside + " SELECT " + storedColumns() + " FROM " + table.source() + where(),
                    matched(key));
            delete(key, false);
        }
    }

    /** Brings back what was set aside, as it is now. */
    void bringBack() throws SQLException {
        Sql.execute(source, "INSERT INTO " + table.source() + " (" + storedColumns() + ") SELECT " + storedColumns()
                + " FROM " + aside);
        Sql.execute(source, "DELETE FROM " + aside);
    }

    private String storedColumns() {
        return stored.stream().map(c -> Names.quote(c.name())).collect(Collectors.joining(", "));
    }

    long deleteAll() throws SQLException {
        return Sql.update(source, "DELETE FROM " + table.source());
    }

    /** Writes keys down in the table's change table. */
    void record(Collection<List<Object>> keys) throws SQLException {
        List<String> names = Names.keys(table.key().size());
        for (List<Object> key : keys) {
            run("INSERT INTO " + Names.quote(Names.change(table.number())) + "(" + String.join(", ", names)
                    + ") VALUES (" + marks(names.size()) + ")", new ArrayList<>(key));
        }
    }

    /** Writes all keys down, or that a table without a key has changed. */
    void recordAll() throws SQLException {
        String change = Names.quote(Names.change(table.number()));
        if (table.key().isEmpty()) {
            Sql.execute(source, "INSERT INTO " + change + "(seq) VALUES (NULL)");
            return;
        }
        Sql.execute(source, "INSERT INTO " + change + "(" + String.join(", ", Names.keys(table.key().size()))
                + ") SELECT " + table.key().stream().map(ReplicatedColumn::source).collect(Collectors.joining(", "))
                + " FROM " + table.source());
    }

    private static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    private void run(String sql, List<@Nullable Object> values) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            if (prepared.size() >= MOST_PREPARED) {
                var eldest = prepared.entrySet().iterator();
                eldest.next().getValue().close();
                eldest.remove();
            }
            statement = source.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
        statement.executeUpdate();
    }
}
