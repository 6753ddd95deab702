package dev.ferryman.verify.internal;

import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Places of one table's rows that are in quarantine, and so have to be nowhere else in the target. */
final class QuarantinedRows {
    private final String found;
    private final List<String> position;
    private final Set<String> places = new LinkedHashSet<>();

    /**
     * @param number of the table in the plan
     * @param columns all columns of the source's table
     */
    QuarantinedRows(int number, TablePlan plan, List<String> columns) {
        this.found = "temp.ferryman_quarantined_" + number;
        this.position = plan.withoutRowid()
                ? plan.key().columns().stream().map(SqlNames::quoteSqlite).toList()
                : plan.rowidAlias() != null
                        ? List.of(SqlNames.quoteSqlite(plan.rowidAlias()))
                        : Stream.of("rowid", "_rowid_", "oid")
                                .filter(name -> columns.stream().noneMatch(name::equalsIgnoreCase)).limit(1).toList();
    }

    /** What names a row of the source, as SQL. */
    List<String> position() {
        return position;
    }

    /**
     * Takes a row's place.
     *
     * @param place one SQL literal per part of the position, with commas between them
     * @return false if it is there already
     */
    boolean add(String place) {
        return places.add(place);
    }

    /** How many there are. */
    long count() {
        return places.size();
    }

    /** Tells a connection to the snapshot of them, beside the file. */
    void install(Connection sqlite) throws SQLException {
        try (var statement = sqlite.createStatement()) {
            String parts = IntStream.range(0, position.size()).mapToObj(i -> "place" + i)
                    .collect(Collectors.joining(", "));
            statement.execute("CREATE TEMP TABLE IF NOT EXISTS " + found.substring(found.indexOf('.') + 1) + " ("
                    + parts + ", PRIMARY KEY (" + parts + "))");
            for (String place : places) {
                statement.execute("INSERT OR IGNORE INTO " + found + " VALUES (" + place + ")");
            }
        }
    }

    /** The condition that a row is not among them. */
    String isElsewhere(String alias) {
        return "NOT EXISTS (SELECT 1 FROM " + found + " q WHERE " + IntStream.range(0, position.size())
                .mapToObj(i -> "q.place" + i + " = " + alias + "." + position.get(i))
                .collect(Collectors.joining(" AND ")) + ")";
    }
}
