package dev.ferryman.copy.internal;

import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A table of the snapshot in SQLite's SQL: its order, its ranges, its columns. */
final class SourceTable {
    private final TablePlan plan;
    private final List<String> position;
    private final Function<Chunk, List<Sieve.Caught>> quarantined;

    /** The whole table. */
    SourceTable(TablePlan plan) {
        this(plan, _ -> List.of());
    }

    /** @param quarantined rows of a chunk that are not read with it */
    SourceTable(TablePlan plan, Function<Chunk, List<Sieve.Caught>> quarantined) {
        this.plan = plan;
        this.quarantined = quarantined;
        this.position = position(plan);
    }

    /**
     * What a row's place in the file is named by: the primary key of a WITHOUT ROWID table, else the rowid; nothing where
     * columns hide all three names of the rowid.
     */
    private static List<String> position(TablePlan plan) {
        if (plan.withoutRowid()) {
            return plan.key().columns().stream().map(SqlNames::quoteSqlite).toList();
        }
        if (plan.rowidAlias() != null) {
            return List.of(SqlNames.quoteSqlite(plan.rowidAlias()));
        }
        return Stream.of("rowid", "_rowid_", "oid")
                .filter(name -> plan.columns().stream().noneMatch(c -> c.source().equalsIgnoreCase(name))).limit(1)
                .toList();
    }

    TablePlan plan() {
        return plan;
    }

    /** Columns of the position as SQL; empty where a table can only be read as a whole. */
    List<String> position() {
        return position;
    }

    /**
     * The position and, after it, the bytes of each of its parts as they are stored, in whatever encoding: only they find
     * a text again.
     */
    List<String> storedPosition() {
        return Stream.concat(position.stream(), position.stream().map(part -> "CAST(" + part + " AS BLOB)")).toList();
    }

    boolean byRowid() {
        return !plan.withoutRowid() && !position.isEmpty();
    }

    String name() {
        return SqlNames.quoteSqlite(plan.source());
    }

    /** Columns that are read and sent, in the plan's order. */
    List<ColumnPlan> written() {
        return plan.columns().stream().filter(ColumnPlan::written).toList();
    }

    /** The rows of a chunk, its columns in the plan's order. */
    String rows(Chunk chunk) {
        return select(written().stream().map(SourceTable::value).collect(Collectors.joining(", ")), chunk);
    }

    /** A column's value as SQL, as it is to arrive. */
    static String value(ColumnPlan column) {
        String name = SqlNames.quoteSqlite(column.source());
        return column.emptyAsNull() ? "iif(" + name + " IS '', NULL, " + name + ")" : name;
    }

    /** The condition that a row is at a position. */
    String at(String place) {
        return (position.size() == 1 ? position.getFirst() : "(" + String.join(", ", position) + ")") + " = " + place;
    }

    /** Any expressions over the rows of a chunk, in the order in which the chunk is read. */
    String select(String expressions, Chunk chunk) {
        return "SELECT " + expressions + " FROM " + name() + where(chunk.low(), chunk.high(), quarantined.apply(chunk))
                + order();
    }

    /** Rows from a position on, in order. */
    String selectFrom(String expressions, @Nullable String low) {
        return "SELECT " + expressions + " FROM " + name() + where(low, null, List.of()) + order();
    }

    private String order() {
        return position.isEmpty() ? "" : " ORDER BY " + String.join(", ", position);
    }

    private String where(@Nullable String low, @Nullable String high, List<Sieve.Caught> without) {
        List<String> conditions = new ArrayList<>();
        String columns = position.size() == 1 ? position.getFirst() : "(" + String.join(", ", position) + ")";
        if (low != null) {
            conditions.add(columns + " >= " + low);
        }
        if (high != null) {
            conditions.add(columns + " < " + high);
        }
        if (!without.isEmpty()) {
            String places = without.stream().map(Sieve.Caught::position).collect(Collectors.joining(", "));
            conditions.add(columns + " NOT IN (" + (position.size() == 1 ? "" : "VALUES ") + places + ")");
        }
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    /** Columns that name a row to a person. */
    List<String> keyColumns() {
        if (plan.key().present()) {
            return plan.key().columns().stream().map(SqlNames::quoteSqlite).toList();
        }
        return position;
    }
}
