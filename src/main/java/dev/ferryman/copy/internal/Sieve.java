package dev.ferryman.copy.internal;

import dev.ferryman.copy.CopyFailedException;
import dev.ferryman.endpoint.RowCursor;
import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.endpoint.ValueTooLongException;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.QuarantineRule;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.schema.TextFit;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds the rows that go to quarantine, before any row is copied: values by the encoder that would refuse them, NULLs and
 * CHECKs, then everything that refers to a row that is missing or in quarantine, until nothing more is found. The same
 * snapshot and plan give the same rows, so a copy that is resumed finds them again.
 */
final class Sieve {
    /** More rows than this are no exceptions: another choice fits them better. They are all kept in memory. */
    static final int MOST_ROWS = 1_000_000;
    private static final int LONGEST_TEXT = 1 << 30;

    /**
     * A row that goes to quarantine.
     *
     * @param position its place in the table as SQL, see {@link SourceTable#position()}
     * @param rule the first rule of its table that it is caught by
     */
    record Caught(String position, QuarantineRule rule) {}

    private final Map<Chunk, List<Caught>> caught;

    private Sieve(Map<Chunk, List<Caught>> caught) {
        this.caught = caught;
    }

    /** Nothing goes to quarantine. */
    static Sieve none() {
        return new Sieve(Map.of());
    }

    /** Rows of a chunk that are not copied. */
    List<Caught> of(Chunk chunk) {
        return caught.getOrDefault(chunk, List.of());
    }

    /** Finds the rows, each in one of the chunks. */
    static Sieve of(SqliteSource snapshot, Plan plan, List<List<WireColumn>> columns, List<Chunk> chunks)
            throws SQLException, InterruptedException {
        if (!plan.quarantines()) {
            return none();
        }
        try (var reader = new SqliteReader(snapshot, SnapshotReader.LONGEST_VALUE, Integer.MAX_VALUE)) {
            return new Sieve(new Search(reader, plan, columns).run(chunks));
        }
    }

    /** One search. What is found is kept in temporary tables beside the snapshot, for SQLite to join with. */
    private static final class Search {
        private final SqliteReader reader;
        private final Connection sqlite;
        private final Plan plan;
        private final List<List<WireColumn>> columns;
        private final List<SourceTable> tables;
        private int rows;

        Search(SqliteReader reader, Plan plan, List<List<WireColumn>> columns) throws SQLException {
            this.reader = reader;
            this.sqlite = reader.connection();
            this.plan = plan;
            this.columns = columns;
            this.tables = plan.tables().stream().map(SourceTable::new).toList();
        }

        Map<Chunk, List<Caught>> run(List<Chunk> chunks) throws SQLException, InterruptedException {
            for (int i = 0; i < tables.size(); i++) {
                if (!rules(i).isEmpty()) {
                    execute("CREATE TEMP TABLE " + found(i) + " (" + places(i, "")
                            + ", rule INTEGER NOT NULL, PRIMARY KEY (" + places(i, "") + "))");
                    values(i);
                    checks(i);
                }
            }
            orphans();
            Map<Chunk, List<Caught>> caught = new HashMap<>();
            for (Chunk chunk : chunks) {
                if (!rules(chunk.table()).isEmpty()) {
                    List<Caught> inChunk = collect(chunk);
                    if (!inChunk.isEmpty()) {
                        caught.put(chunk, inChunk);
                    }
                }
            }
            return caught;
        }

        private List<QuarantineRule> rules(int table) {
            return plan.tables().get(table).quarantine();
        }

        private static String found(int table) {
            return "temp.ferryman_found_" + table;
        }

        /** The columns of a table of what was found: as many as a position has. */
        private String places(int table, String prefix) {
            return IntStream.range(0, tables.get(table).position().size()).mapToObj(i -> prefix + "place" + i)
                    .collect(Collectors.joining(", "));
        }

        /** That a row of the source, named so, is among what was found. */
        private String isFound(int table, String alias) {
            List<String> position = tables.get(table).position();
            return "EXISTS (SELECT 1 FROM " + found(table) + " f WHERE " + IntStream.range(0, position.size())
                    .mapToObj(i -> "f.place" + i + " = " + alias + "." + position.get(i))
                    .collect(Collectors.joining(" AND ")) + ")";
        }

        private int execute(String sql) throws SQLException {
            try (var statement = sqlite.createStatement()) {
                return statement.executeUpdate(sql);
            }
        }

        private void count(int table, int more) {
            rows += more;
            if (rows > MOST_ROWS) {
                throw new CopyFailedException("More than " + MOST_ROWS + " rows would go to quarantine, those of table "
                        + tables.get(table).plan().source() + " among them.",
                        "Nothing was copied since. Choose something else than quarantine where so many rows are"
                                + " concerned, clean the target, and copy again.");
            }
        }

        /** Encodes every value that may not fit, to nowhere. */
        private void values(int table) throws SQLException, InterruptedException {
            List<Test> tests = new ArrayList<>();
            List<String> selected = new ArrayList<>();
            for (int i = 0; i < rules(table).size(); i++) {
                QuarantineRule rule = rules(table).get(i);
                if (rule.kind() == QuarantineRule.Kind.VALUES || rule.kind() == QuarantineRule.Kind.NULLS) {
                    tests.add(new Test(i, rule, columns.get(table).stream()
                            .filter(c -> c.plan().source().equals(rule.columns().getFirst())).findFirst()
                            .orElseThrow(() -> new IllegalStateException("no column for " + rule))));
                    selected.add(SqlNames.quoteSqlite(rule.columns().getFirst()));
                }
            }
            if (tests.isEmpty()) {
                return;
            }
            SourceTable source = tables.get(table);
            int positions = source.position().size();
            selected.addAll(source.storedPosition());
            try (RowCursor cursor = reader.open("SELECT " + String.join(", ", selected) + " FROM " + source.name())) {
                while (cursor.next()) {
                    for (int i = 0; i < tests.size(); i++) {
                        if (!tests.get(i).passes(cursor, i)) {
                            String place = ChunkPlanner.literal(cursor, tests.size(), positions);
                            execute("INSERT INTO " + found(table) + " VALUES (" + (positions == 1
                                    ? place
                                    : place.substring(1, place.length() - 1)) + ", " + tests.get(i).number() + ")");
                            count(table, 1);
                            break;
                        }
                    }
                    if (Thread.currentThread().isInterrupted()) {
                        throw new InterruptedException();
                    }
                }
            } catch (ValueTooLongException e) {
                throw new IllegalStateException("the plan offers quarantine for small rows only", e);
            }
        }

        private void checks(int table) throws SQLException {
            SourceTable source = tables.get(table);
            for (int i = 0; i < rules(table).size(); i++) {
                String condition = rules(table).get(i).condition();
                if (condition != null) {
                    // The line break ends a comment that may end the expression.
                    count(table, execute("INSERT OR IGNORE INTO " + found(table) + " SELECT "
                            + String.join(", ", source.position()) + ", " + i + " FROM " + source.name()
                            + " WHERE NOT (" + condition + "\n)"));
                }
            }
        }

        private void orphans() throws SQLException, InterruptedException {
            boolean more = true;
            while (more) {
                more = false;
                for (int table = 0; table < tables.size(); table++) {
                    for (int i = 0; i < rules(table).size(); i++) {
                        if (rules(table).get(i).kind() == QuarantineRule.Kind.ORPHANS) {
                            int found = orphans(table, i);
                            count(table, found);
                            more |= found > 0;
                        }
                        if (Thread.currentThread().isInterrupted()) {
                            throw new InterruptedException();
                        }
                    }
                }
            }
        }

        private int orphans(int table, int number) throws SQLException {
            QuarantineRule rule = rules(table).get(number);
            int parent = IntStream.range(0, tables.size())
                    .filter(i -> tables.get(i).plan().source().equals(rule.parent())).findFirst()
                    .orElseThrow(() -> new IllegalStateException("no parent for " + rule));
            List<String> conditions = new ArrayList<>();
            List<String> join = new ArrayList<>();
            for (int i = 0; i < rule.columns().size(); i++) {
                String child = "c." + SqlNames.quoteSqlite(rule.columns().get(i));
                conditions.add(child + " IS NOT NULL");
                if (emptyAsNull(plan.tables().get(table), rule.columns().get(i))) {
                    conditions.add(child + " IS NOT ''");
                }
                // PostgreSQL compares text byte by byte, whatever collation the parent has here.
                join.add("p." + SqlNames.quoteSqlite(rule.parentColumns().get(i)) + " = " + child
                        + " COLLATE BINARY");
            }
            conditions.add("NOT EXISTS (SELECT 1 FROM " + tables.get(parent).name() + " p WHERE "
                    + String.join(" AND ", join)
                    + (rules(parent).isEmpty() ? "" : " AND NOT " + isFound(parent, "p")) + ")");
            conditions.add("NOT " + isFound(table, "c"));
            return execute("INSERT INTO " + found(table) + " SELECT " + tables.get(table).position().stream()
                    .map(name -> "c." + name).collect(Collectors.joining(", ")) + ", " + number + " FROM "
                    + tables.get(table).name() + " c WHERE " + String.join(" AND ", conditions));
        }

        private static boolean emptyAsNull(TablePlan table, String column) {
            return table.columns().stream().anyMatch(c -> c.source().equals(column) && c.emptyAsNull());
        }

        private List<Caught> collect(Chunk chunk) throws SQLException {
            SourceTable source = tables.get(chunk.table());
            List<Caught> inChunk = new ArrayList<>();
            String rule = "(SELECT f.rule FROM " + found(chunk.table()) + " f WHERE " + IntStream
                    .range(0, source.position().size())
                    .mapToObj(i -> "f.place" + i + " = " + source.name() + "." + source.position().get(i))
                    .collect(Collectors.joining(" AND ")) + ")";
            String sql = "SELECT * FROM (" + source.select(String.join(", ", source.storedPosition()) + ", " + rule
                    + " AS rule", chunk) + ") WHERE rule IS NOT NULL";
            try (RowCursor cursor = reader.openBeside(sql)) {
                int positions = source.position().size();
                while (cursor.next()) {
                    inChunk.add(new Caught(ChunkPlanner.literal(cursor, 0, positions),
                            rules(chunk.table()).get((int) cursor.integer(2 * positions))));
                }
            }
            return inChunk;
        }
    }

    /** The test of one column. */
    private static final class Test {
        private final int number;
        private final QuarantineRule rule;
        private final ColumnPlan column;
        private final ColumnEncoder encoder;
        private final Scratch scratch = new Scratch();
        private final CopyBuffer nowhere = new CopyBuffer((block, _) -> block, new byte[CopyBuffer.BLOCK]);

        Test(int number, QuarantineRule rule, WireColumn column) {
            this.number = number;
            this.rule = rule;
            this.column = column.plan();
            this.encoder = column.encoder();
        }

        int number() {
            return number;
        }

        boolean passes(RowCursor cursor, int index) throws SQLException, InterruptedException {
            int type = cursor.type(index);
            if (type == RowCursor.NULL || rule.kind() == QuarantineRule.Kind.NULLS) {
                return (type == RowCursor.NULL) != (rule.kind() == QuarantineRule.Kind.NULLS);
            }
            try {
                if (type == RowCursor.TEXT || type == RowCursor.BLOB) {
                    int length = scratch.read(cursor, index, LONGEST_TEXT);
                    if (!TextFit.holds(column, rule, scratch.bytes(), length)) {
                        return false;
                    }
                }
                encoder.encode(cursor, index, nowhere);
                return true;
            } catch (UnfitValueException e) {
                return false;
            }
        }
    }
}
