package dev.ferryman.verify;

import dev.ferryman.schema.AfterLoad;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.TableKey;
import dev.ferryman.schema.TablePlan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table's plan, made by hand: names are the same on both sides unless said otherwise. */
final class PlannedTable {
    private final String name;
    private final List<ColumnPlan> columns = new ArrayList<>();
    private final List<AfterLoad> afterLoad = new ArrayList<>();
    private TableKey key = TableKey.none();
    private @Nullable String rowidAlias;
    private boolean withoutRowid;
    private long rows;

    PlannedTable(String name) {
        this.name = name;
    }

    /** An INTEGER PRIMARY KEY column and the key. */
    PlannedTable id(String column) {
        rowidAlias = column;
        return column(column, PgType.Base.INT8, Conversion.DIRECT, true).key(true, column);
    }

    PlannedTable key(boolean sameOrder, String... names) {
        key = new TableKey(List.of(names), sameOrder);
        return this;
    }

    PlannedTable withoutRowid() {
        withoutRowid = true;
        return this;
    }

    PlannedTable rows(long count) {
        rows = count;
        return this;
    }

    PlannedTable column(String column, PgType.Base base, Conversion conversion) {
        return column(column, base, conversion, false);
    }

    PlannedTable text(String column) {
        return column(column, PgType.Base.TEXT, Conversion.DIRECT);
    }

    PlannedTable column(String column, PgType.Base base, Conversion conversion, boolean notNull) {
        columns.add(
                new ColumnPlan(column, column, "", PgType.of(base), conversion, notNull, null, null, false, "test"));
        return this;
    }

    PlannedTable after(AfterLoad.Kind kind, String object) {
        afterLoad.add(new AfterLoad(kind, object, "CREATE " + object, ""));
        return this;
    }

    TablePlan plan() {
        return new TablePlan(name, "public", name, withoutRowid, rowidAlias, key, columns, null, afterLoad, rows);
    }
}
