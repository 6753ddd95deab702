package dev.ferryman.verify.internal;

import dev.ferryman.schema.AfterLoad;
import dev.ferryman.schema.Collation;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.schema.SequencePlan;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.schema.ViewPlan;
import dev.ferryman.verify.StructureFinding;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares what the target has besides rows with what the plan wants: columns, indexes, constraints, sequences. */
final class StructureCheck {
    private static final String OBJECTS = """
                                          SELECT o.conname, o.contype::text, o.convalidated, true
                                          FROM pg_catalog.pg_constraint o
                                          JOIN pg_catalog.pg_class c ON c.oid = o.conrelid
                                          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                          WHERE n.nspname = ? AND c.relname = ?
                                          UNION ALL
                                          SELECT x.relname, 'i', i.indisvalid AND i.indisready AND i.indislive, i.indisunique
                                          FROM pg_catalog.pg_index i
                                          JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
                                          JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
                                          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                          WHERE n.nspname = ? AND c.relname = ?""";
    /**
     * The sequence of an identity or serial column, or the one that the column's default draws from. Each half uses an
     * index of pg_depend; together in one condition they would read all of it for every table.
     */
    private static final String SEQUENCE = """
                                           SELECT s.oid::regclass::text, q.seqincrement
                                           FROM pg_catalog.pg_class c
                                           JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                           JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = ?
                                           LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = c.oid AND f.adnum = a.attnum
                                           CROSS JOIN LATERAL (
                                               SELECT d.objid AS sequence, false AS by_default FROM pg_catalog.pg_depend d
                                               WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum
                                                   AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
                                               UNION ALL
                                               SELECT d.refobjid, true FROM pg_catalog.pg_depend d
                                               WHERE d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
                                                   AND d.refclassid = 'pg_class'::regclass) used
                                           JOIN pg_catalog.pg_class s ON s.relkind = 'S' AND s.oid = used.sequence
                                           JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid
                                           WHERE n.nspname = ? AND c.relname = ?
                                           ORDER BY used.by_default DESC LIMIT 1""";

    private final Connection connection;
    private final Plan plan;
    private final List<StructureFinding> findings = new ArrayList<>();

    /** @param connection to the target, inside a transaction */
    StructureCheck(Connection connection, Plan plan) {
        this.connection = connection;
        this.plan = plan;
    }

    /** What is not as planned, and what is worth knowing, in the plan's order. */
    List<StructureFinding> run() throws SQLException {
        for (TablePlan table : plan.tables()) {
            var columns = TargetCatalog.columns(connection, table.targetSchema(), table.target());
            if (columns.isEmpty()) {
                fail(table.source(), null, "table-missing", "The target has no table "
                        + SqlNames.quote(table.targetSchema(), table.target()) + ". Run the copy first.");
                continue;
            }
            for (ColumnPlan column : table.columns()) {
                column(table, column, columns.get(column.target()));
            }
            if (plan.mode() == SchemaMode.CREATE) {
                var given = plan.sequences().stream().filter(sequence -> sequence.table().equals(table.source()))
                        .map(SequencePlan::column).collect(Collectors.toSet());
                findings.addAll(new DefaultCheck(connection).run(table, given));
            }
            objects(table);
            for (SequencePlan sequence : plan.sequences()) {
                if (sequence.table().equals(table.source())) {
                    sequence(table, sequence, columns);
                }
            }
        }
        for (ViewPlan view : plan.views()) {
            view(view);
        }
        return findings;
    }

    private void view(ViewPlan view) throws SQLException {
        try (var statement = connection.prepareStatement(
                "SELECT 1 FROM pg_catalog.pg_views WHERE schemaname = ? AND viewname = ?")) {
            statement.setString(1, view.targetSchema());
            statement.setString(2, view.target());
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    fail(view.source(), view.target(), "view-missing", "The view " + view.target()
                            + " is planned and not there. Run the same copy again, or create it: " + view.sql());
                }
            }
        }
    }

    private void fail(String table, @Nullable String object, String code, String message) {
        findings.add(new StructureFinding(StructureFinding.Severity.FAILURE, table, object, code, message));
    }

    private void column(TablePlan table, ColumnPlan planned, @Nullable TargetColumn actual) throws SQLException {
        String name = planned.target();
        if (actual == null) {
            fail(table.source(), name, "column-missing", "The target's table " + table.target() + " has no column "
                    + name + ", so no value of " + planned.source() + " was compared. Plan and copy again.");
            return;
        }
        PgType.Base base = planned.type().base();
        if (base != PgType.Base.DOMAIN && base != actual.base()) {
            fail(table.source(), name, "type-differs", "The plan wants " + base.name().toLowerCase(Locale.ROOT)
                    + " for " + name + ", the target has " + actual.typeName() + ". Plan again, or change the column.");
        }
        if (planned.collation() != null && !isCollated(table, planned, planned.collation())) {
            fail(table.source(), name, "collation-differs", "Column " + name + " is planned under the ICU collation "
                    + planned.collation().locale()
                    + ", which does not count case, and compares under another in the target.");
        }
        if (planned.notNull() && !actual.notNull()) {
            fail(table.source(), name, "not-null-missing", "Column " + name
                    + " is planned NOT NULL and accepts NULL in the target. Run ALTER TABLE … ALTER COLUMN … SET NOT NULL.");
        }
    }

    /** Whether the column's collation, whatever its name, is the one that was planned. */
    private boolean isCollated(TablePlan table, ColumnPlan column, Collation planned) throws SQLException {
        // What holds the locale is called otherwise in PostgreSQL 15 than from 17 on.
        try (var statement = connection.prepareStatement(
                """
                SELECT o.collprovider = 'i' AND NOT o.collisdeterministic
                    AND coalesce(to_jsonb(o) ->> 'colllocale', to_jsonb(o) ->> 'colliculocale') = ?
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
                JOIN pg_catalog.pg_collation o ON o.oid = a.attcollation
                WHERE n.nspname = ? AND c.relname = ? AND a.attname = ?""")) {
            statement.setString(1, planned.locale());
            statement.setString(2, table.targetSchema());
            statement.setString(3, table.target());
            statement.setString(4, column.target());
            try (var rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    /** A constraint or index of the target. */
    private record Found(String kind, boolean valid, boolean unique) {}

    private void objects(TablePlan table) throws SQLException {
        if (table.afterLoad().isEmpty()) {
            return;
        }
        var constraints = new HashMap<String, Found>();
        var indexes = new HashMap<String, Found>();
        try (var statement = connection.prepareStatement(OBJECTS)) {
            for (int i = 0; i < 2; i++) {
                statement.setString(2 * i + 1, table.targetSchema());
                statement.setString(2 * i + 2, table.target());
            }
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var found = new Found(rows.getString(2), rows.getBoolean(3), rows.getBoolean(4));
                    (found.kind().equals("i") ? indexes : constraints).put(rows.getString(1), found);
                }
            }
        }
        for (AfterLoad object : table.afterLoad()) {
            switch (object.kind()) {
                case PRIMARY_KEY -> constraint(table, object, "p", "primary key", constraints);
                case CHECK -> constraint(table, object, "c", "CHECK constraint", constraints);
                case FOREIGN_KEY -> constraint(table, object, "f", "foreign key", constraints);
                case UNIQUE -> unique(table, object, constraints, indexes);
                case INDEX -> index(table, object, indexes);
                case VALIDATE_FOREIGN_KEY, COMMENT -> {
                    // The first is looked at with its foreign key; comments are for people.
                }
            }
        }
    }

    private void constraint(TablePlan table, AfterLoad planned, String kind, String words, Map<String, Found> found) {
        Found actual = found.get(planned.name());
        if (actual == null || !actual.kind().equals(kind)) {
            missing(table, planned, "constraint-missing", words);
            return;
        }
        if (actual.valid()) {
            return;
        }
        boolean toBeValidated = switch (planned.kind()) {
            case FOREIGN_KEY -> table.afterLoad().stream().anyMatch(
                    a -> a.kind() == AfterLoad.Kind.VALIDATE_FOREIGN_KEY && a.name().equals(planned.name()));
            case CHECK -> !planned.sql().endsWith(" NOT VALID");
            case PRIMARY_KEY, UNIQUE, INDEX, VALIDATE_FOREIGN_KEY, COMMENT -> true;
        };
        if (toBeValidated) {
            fail(table.source(), planned.name(), "constraint-not-valid", "The " + words + " " + planned.name()
                    + " is NOT VALID: existing rows were never checked. Run ALTER TABLE … VALIDATE CONSTRAINT.");
        } else {
            findings.add(new StructureFinding(StructureFinding.Severity.NOTE, table.source(), planned.name(),
                    "constraint-not-valid", "The " + words + " " + planned.name()
                            + " stays NOT VALID as planned: it holds for new rows only."));
        }
    }

    private void unique(TablePlan table, AfterLoad planned, Map<String, Found> constraints,
            Map<String, Found> indexes) {
        Found constraint = constraints.get(planned.name());
        Found index = indexes.get(planned.name());
        if ((constraint == null || !constraint.kind().equals("u")) && (index == null || !index.unique())) {
            missing(table, planned, "constraint-missing", "unique constraint or index");
        } else if (index != null && !index.valid()) {
            invalid(table, planned);
        }
    }

    private void index(TablePlan table, AfterLoad planned, Map<String, Found> indexes) {
        Found index = indexes.get(planned.name());
        if (index == null) {
            missing(table, planned, "index-missing", "index");
        } else if (!index.valid()) {
            invalid(table, planned);
        }
    }

    private void missing(TablePlan table, AfterLoad planned, String code, String words) {
        fail(table.source(), planned.name(), code, "The target's table " + table.target() + " has no " + words + " "
                + planned.name() + ". Run: " + planned.sql());
    }

    private void invalid(TablePlan table, AfterLoad planned) {
        fail(table.source(), planned.name(), "index-not-valid", "Index " + planned.name()
                + " is not valid and not used by PostgreSQL. Drop it and run: " + planned.sql());
    }

    private void sequence(TablePlan table, SequencePlan planned, Map<String, TargetColumn> columns)
            throws SQLException {
        String column = table.columns().stream().filter(c -> c.source().equals(planned.column()))
                .map(ColumnPlan::target).findFirst().orElse(planned.column());
        if (!columns.containsKey(column)) {
            return;
        }
        try (var statement = connection.prepareStatement(SEQUENCE)) {
            statement.setString(1, column);
            statement.setString(2, table.targetSchema());
            statement.setString(3, table.target());
            try (var rows = statement.executeQuery()) {
                if (rows.next()) {
                    compare(table, planned, column, rows.getString(1), rows.getLong(2));
                } else {
                    fail(table.source(), column, "sequence-missing", "Column " + column
                            + " has neither identity nor sequence in the target: the application's next insert without an id fails.");
                }
            }
        }
    }

    private void compare(TablePlan table, SequencePlan planned, String column, String sequence, long increment)
            throws SQLException {
        // The sequence's name comes from regclass and is quoted as needed.
        String sql = "SELECT q.last_value, q.is_called, (SELECT max(" + SqlNames.quote(column) + ") FROM "
                + SqlNames.quote(table.targetSchema(), table.target()) + ") FROM " + sequence + " AS q";
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
            rows.next();
            var next = BigInteger.valueOf(rows.getLong(1))
                    .add(rows.getBoolean(2) ? BigInteger.valueOf(increment) : BigInteger.ZERO);
            long greatest = rows.getLong(3);
            long used = rows.wasNull() ? planned.highWater() : Math.max(planned.highWater(), greatest);
            if (next.compareTo(BigInteger.valueOf(used)) <= 0) {
                fail(table.source(), column, "sequence-behind", "The next id of " + table.target() + "." + column
                        + " would be " + next + ", but ids up to " + used + " have been given out. Run: SELECT setval("
                        + SqlNames.literal(sequence) + ", " + used + ").");
            }
        }
    }
}
