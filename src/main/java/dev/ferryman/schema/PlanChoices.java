package dev.ferryman.schema;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person has decided about a plan; what is not said here is decided by {@link Planner}. Read from and written to a
 * plan file by {@link PlanFile}.
 *
 * @param names how names are written in a created schema
 * @param tables by source table
 */
public record PlanChoices(NameCase names, Map<String, TableChoices> tables) {
    public PlanChoices {
        tables = new LinkedHashMap<>(tables);
    }

    /** Nothing is decided by a person. */
    public static PlanChoices none() {
        return new PlanChoices(NameCase.KEEP, Map.of());
    }

    /** What is decided about a table. */
    public TableChoices table(String source) {
        return tables.getOrDefault(source, TableChoices.NONE);
    }

    /** The same with one choice made anew. */
    public PlanChoices with(Decision decision, Choice choice) {
        var changed = new LinkedHashMap<>(tables);
        changed.put(decision.table(), table(decision.table()).with(decision, choice));
        return new PlanChoices(names, changed);
    }

    /**
     * A table.
     *
     * @param excluded whether it stays behind
     * @param target the table of an existing target that takes its rows, null where names tell
     * @param rows what becomes of rows that the target's table holds already, null where nobody has said
     * @param columns by source column
     * @param constraints by {@link Decision#subject()}
     */
    public record TableChoices(boolean excluded, @Nullable TargetName target, @Nullable Choice rows,
            Map<String, ColumnChoices> columns,
            Map<String, Choice> constraints) {
        static final TableChoices NONE = new TableChoices(false, null, null, Map.of(), Map.of());

        public TableChoices {
            columns = new LinkedHashMap<>(columns);
            constraints = new LinkedHashMap<>(constraints);
        }

        /** What is decided about a column. */
        public ColumnChoices column(String source) {
            return columns.getOrDefault(source, ColumnChoices.NONE);
        }

        private TableChoices with(Decision decision, Choice choice) {
            var changedColumns = new LinkedHashMap<>(columns);
            var changedConstraints = new LinkedHashMap<>(constraints);
            var column = decision.column() == null ? "" : decision.column();
            var known = column(column);
            var newRows = rows;
            switch (decision.kind()) {
                case VALUES -> changedColumns.put(column,
                        new ColumnChoices(known.excluded(), known.type(), known.collation(), choice, known.nulls()));
                case NULLS -> changedColumns.put(column,
                        new ColumnChoices(known.excluded(), known.type(), known.collation(), known.values(), choice));
                case FOREIGN_KEY, CHECK, UNIQUE -> changedConstraints.put(
                        decision.subject() == null ? "" : decision.subject(), choice);
                case ROWS -> newRows = choice;
            }
            return new TableChoices(excluded, target, newRows, changedColumns, changedConstraints);
        }
    }

    /**
     * A table of an existing target.
     *
     * @param schema its schema, null for the one that is asked for, else the first on the search path with such a table
     */
    public record TargetName(@Nullable String schema, String table) {
        @Override
        public String toString() {
            return schema == null ? table : schema + "." + table;
        }
    }

    /**
     * A column.
     *
     * @param excluded whether it stays behind
     * @param type its type in a created target, null where Ferryman chooses
     * @param collation what it compares under in a created target, null where Ferryman chooses
     * @param values what becomes of values that do not fit, null where nobody has said
     * @param nulls what becomes of NULL where it does not fit, null where nobody has said
     */
    public record ColumnChoices(boolean excluded, @Nullable PgType type, @Nullable Collation collation,
            @Nullable Choice values, @Nullable Choice nulls) {
        static final ColumnChoices NONE = new ColumnChoices(false, null, null, null, null);
    }
}
