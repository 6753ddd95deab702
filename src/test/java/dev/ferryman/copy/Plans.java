package dev.ferryman.copy;

import dev.ferryman.schema.AfterLoad;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.schema.SequencePlan;
import dev.ferryman.schema.TableKey;
import dev.ferryman.schema.TablePlan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans written by hand, so that the copy is tested apart from what makes plans. */
final class Plans {
    private Plans() {}

    static PgType type(PgType.Base base) {
        return PgType.of(base);
    }

    static ColumnPlan column(String name, PgType type, Conversion conversion) {
        return new ColumnPlan(name, name, "", type, conversion, false, null, null, false, "test");
    }

    static ColumnPlan column(String name, PgType.Base base) {
        return column(name, PgType.of(base), Conversion.DIRECT);
    }

    static Plan created(TablePlan... tables) {
        return new Plan(1, SchemaMode.CREATE, List.of(), List.of(tables), List.of(), List.of());
    }

    static Plan existing(TablePlan... tables) {
        return new Plan(1, SchemaMode.EXISTING, List.of(), List.of(tables), List.of(), List.of());
    }

    static Plan with(Plan plan, SequencePlan... sequences) {
        return new Plan(plan.version(), plan.mode(), plan.preamble(), plan.tables(), List.of(sequences),
                plan.findings());
    }

    static Table table(String name) {
        return new Table(name);
    }

    /** Builds a table's plan. */
    static final class Table {
        private final String name;
        private final List<ColumnPlan> columns = new ArrayList<>();
        private final List<AfterLoad> afterLoad = new ArrayList<>();
        private @Nullable String rowidAlias;
        private boolean withoutRowid;
        private TableKey key = TableKey.none();
        private @Nullable String sql;
        private long rows = 1_000_000;

        private Table(String name) {
            this.name = name;
        }

        Table id(String column) {
            rowidAlias = column;
            key = new TableKey(List.of(column), true);
            columns.add(column(column, PgType.Base.INT8));
            return this;
        }

        Table key(String... names) {
            key = new TableKey(List.of(names), true);
            return this;
        }

        Table withoutRowid() {
            withoutRowid = true;
            return this;
        }

        Table with(ColumnPlan column) {
            columns.add(column);
            return this;
        }

        Table with(String column, PgType.Base base) {
            return with(column(column, base));
        }

        Table with(String column, PgType.Base base, Conversion conversion) {
            return with(column(column, PgType.of(base), conversion));
        }

        Table rows(long count) {
            rows = count;
            return this;
        }

        Table createdBy(String statement) {
            sql = statement;
            return this;
        }

        Table then(AfterLoad.Kind kind, String object, String statement) {
            afterLoad.add(new AfterLoad(kind, object, statement, "test"));
            return this;
        }

        TablePlan plan() {
            return new TablePlan(name, "public", name, withoutRowid, rowidAlias, key, columns, sql, afterLoad, rows);
        }
    }
}
