package dev.ferryman.schema.internal;

import dev.ferryman.schema.SourceSchema.SourceView;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.ViewPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Plans the views of a created schema: those over tables and other planned views whose every part is known to mean the
 * same in PostgreSQL. All others are listed with their SQL and the reason.
 */
final class ViewPlanner {
    private final Function<String, @Nullable TableDraft> tables;
    private final TargetNames relations;
    private final String schema;
    private final Findings findings;
    private final Map<String, ViewTranslator.Relation> planned = new LinkedHashMap<>();

    /** @param tables finds the tables of the plan by name, case aside */
    ViewPlanner(Function<String, @Nullable TableDraft> tables, TargetNames relations, String schema,
            Findings findings) {
        this.tables = tables;
        this.relations = relations;
        this.schema = schema;
        this.findings = findings;
    }

    /** Plans them in the order in which they can be created. */
    List<ViewPlan> plan(List<SourceView> views) {
        var done = new ArrayList<ViewPlan>();
        var left = new ArrayList<>(views);
        Map<String, String> reasons = new LinkedHashMap<>();
        for (var more = true; more;) {
            more = false;
            for (var view : List.copyOf(left)) {
                try {
                    var translated = new ViewTranslator(this::relation, relations).translate(view.sql());
                    var name = relations.take(view.name());
                    var sql = "CREATE VIEW " + SqlNames.quote(schema, name) + " AS " + translated.sql();
                    done.add(new ViewPlan(view.name(), schema, name, sql, view.sql()));
                    planned.put(view.name().toLowerCase(Locale.ROOT),
                            new ViewTranslator.Relation(SqlNames.quote(schema, name), translated.columns(), false));
                    left.remove(view);
                    more = true;
                } catch (UntranslatableException e) {
                    reasons.put(view.name(), String.valueOf(e.getMessage()));
                }
            }
        }
        for (var view : left) {
            findings.left(view.name(), "view-left-out", "The view is not created in the target, for it is not"
                    + " known to mean the same there: " + reasons.get(view.name()) + ".", view.sql());
        }
        return done;
    }

    private ViewTranslator.@Nullable Relation relation(String name) {
        var view = planned.get(name.toLowerCase(Locale.ROOT));
        if (view != null) {
            return view;
        }
        var table = tables.apply(name);
        if (table == null) {
            return null;
        }
        var columns = new LinkedHashMap<String, PgSql>();
        for (var column : table.columns) {
            var found = table.expressionColumn(column.source());
            if (found != null) {
                columns.put(column.source(), found);
            }
        }
        return new ViewTranslator.Relation(table.sql(), columns,
                table.columns.size() < table.source.columns().size());
    }
}
