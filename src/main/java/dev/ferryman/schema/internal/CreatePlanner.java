package dev.ferryman.schema.internal;

import dev.ferryman.schema.AfterLoad;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Finding;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.Profile;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.schema.SequencePlan;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Plans a schema that Ferryman creates. */
public final class CreatePlanner {
    private static final int MOST_COLUMNS = 1600;

    private final SourceSchema source;
    private final Profile profile;
    private final PlanOptions options;
    private final Findings findings = new Findings();
    private final Decisions decisions;
    private final TargetNames relations;
    private final Map<String, TableDraft> drafts = new LinkedHashMap<>();

    /** @param options with mode {@link SchemaMode#CREATE} */
    public CreatePlanner(SourceSchema source, Profile profile, PlanOptions options) {
        this.source = source;
        this.profile = profile;
        this.options = options;
        this.decisions = new Decisions(options.choices(), findings);
        this.relations = new TargetNames(options.choices().names());
    }

    /** Makes the plan. */
    public Plan plan() {
        // 1. Columns of all tables: foreign keys compare columns across tables.
        LeftOut.report(source, findings);
        for (var table : source.tables()) {
            var values = profile.table(table.name());
            if (table.kind() == SourceTable.Kind.ORDINARY && values != null && !isExcluded(table, values)) {
                var draft = new TableDraft(table, values, options.targetSchema(), name(relations, table.name(), table),
                        options.choices().names());
                new ColumnPlanner(source, draft, options.maxValueBytes(), decisions, findings).plan();
                drafts.put(table.name(), draft);
                if (draft.columns.stream().noneMatch(ColumnPlan::written)) {
                    findings.blocker(table.name(), null, "no-column-left",
                            "All columns are excluded: exclude the table instead.");
                }
                if (draft.columns.size() > MOST_COLUMNS) {
                    findings.blocker(table.name(), null, "too-many-columns", "The table has " + draft.columns.size()
                            + " columns; PostgreSQL holds " + MOST_COLUMNS + " at most.");
                }
            }
        }
        // 2. What completes the tables once the data is in.
        Map<String, List<AfterLoad>> afterLoad = new LinkedHashMap<>();
        for (var draft : drafts.values()) {
            var statements = new ArrayList<AfterLoad>();
            new IndexPlanner(draft, relations, decisions, findings).plan(statements);
            new CheckPlanner(draft, decisions, findings).plan(statements);
            afterLoad.put(draft.source.name(), statements);
        }
        var parents = new LinkedHashMap<String, Set<String>>();
        for (var draft : drafts.values()) {
            var statements = afterLoad.getOrDefault(draft.source.name(), new ArrayList<>());
            parents.put(draft.source.name(),
                    new ForeignKeyPlanner(draft, this::draft, decisions, findings).plan(statements));
            statements.sort(Comparator.comparing(AfterLoad::kind));
        }
        new Cascade(drafts, findings).run();
        // 3. All of it in the order of loading.
        var tables = new ArrayList<TablePlan>();
        var sequences = new ArrayList<SequencePlan>();
        for (var name : LoadOrder.of(parents)) {
            var draft = drafts.get(name);
            if (draft != null) {
                tables.add(table(draft, afterLoad.getOrDefault(name, List.of())));
                sequence(draft, sequences);
            }
        }
        var views = new ViewPlanner(this::draft, relations, options.targetSchema(), findings).plan(source.views());
        return new Plan(Plan.VERSION, SchemaMode.CREATE, preamble(tables), tables, sequences, views,
                decisions.sorted(), findings.sorted());
    }

    private List<String> preamble(List<TablePlan> tables) {
        var preamble = new ArrayList<String>();
        if (!options.targetSchema().equals("public")) {
            preamble.add("CREATE SCHEMA IF NOT EXISTS " + SqlNames.quote(options.targetSchema()));
        }
        if (tables.stream().flatMap(table -> table.columns().stream())
                .anyMatch(column -> column.type().base() == PgType.Base.CITEXT)) {
            preamble.add("CREATE EXTENSION IF NOT EXISTS citext");
        }
        tables.stream().flatMap(table -> table.columns().stream()).map(ColumnPlan::collation).filter(Objects::nonNull)
                .distinct().forEach(collation -> preamble.add(
                        Objects.requireNonNull(collation).createSql(options.targetSchema())));
        return preamble;
    }

    private boolean isExcluded(SourceTable table, Profile.TableProfile values) {
        if (options.choices().table(table.name()).target() != null) {
            findings.blocker(table.name(), null, "target-table-not-available",
                    "A table of the target can be chosen where the application's migrations have made it (--schema"
                            + " existing); here Ferryman makes the table, by its name in the source.");
        }
        if (!options.choices().table(table.name()).excluded()) {
            return false;
        }
        findings.add(Finding.Severity.WARNING, table.name(), null, "table-left-out",
                "The table stays behind, as chosen.", values.rows(), List.of());
        return true;
    }

    private @Nullable TableDraft draft(String name) {
        var exact = drafts.get(name);
        return exact != null
                ? exact
                : drafts.values().stream().filter(draft -> draft.source.name().equalsIgnoreCase(name)).findFirst()
                        .orElse(null);
    }

    private String name(TargetNames names, String wanted, SourceTable table) {
        var name = names.take(wanted);
        if (!names.isPlain(wanted, name)) {
            findings.warning(table.name(), null, "renamed", "PostgreSQL cannot have this name: the table becomes "
                    + name + ".");
        }
        return name;
    }

    private TablePlan table(TableDraft draft, List<AfterLoad> afterLoad) {
        var table = draft.source;
        var key = new KeyChooser(draft, source.encoding().equals("UTF-8")).choose();
        if (!key.present()) {
            findings.info(table.name(), null, "no-key",
                    "The table has no key that names each row: it is compared as a multiset, and changes to it cannot be"
                            + " captured.");
        }
        return new TablePlan(table.name(), draft.schema, draft.target, table.withoutRowid(), table.rowidAlias(), key,
                draft.columns, createSql(draft), afterLoad, draft.quarantine, false, draft.profile.rows());
    }

    private static String createSql(TableDraft draft) {
        return "CREATE TABLE " + draft.sql() + " (" + draft.columns.stream().map(column -> columnSql(draft, column))
                .collect(Collectors.joining(",\n    ", "\n    ", "\n")) + ")";
    }

    private static String columnSql(TableDraft draft, ColumnPlan column) {
        var sql = new StringBuilder(SqlNames.quote(column.target())).append(' ').append(PgTypes.sql(column.type()));
        if (column.collation() != null) {
            sql.append(" COLLATE ").append(SqlNames.quote(draft.schema, column.collation().target()));
        }
        if (column.notNull()) {
            sql.append(" NOT NULL");
        }
        if (column.identity()) {
            sql.append(" GENERATED BY DEFAULT AS IDENTITY");
        } else if (column.generatedSql() != null) {
            sql.append(" GENERATED ALWAYS AS (").append(column.generatedSql()).append(") STORED");
        } else if (column.defaultSql() != null) {
            sql.append(" DEFAULT ").append(column.defaultSql());
        }
        return sql.toString();
    }

    private static void sequence(TableDraft draft, List<SequencePlan> sequences) {
        var alias = draft.source.rowidAlias();
        if (alias != null) {
            var ever = draft.source.sequence();
            var highest = draft.profile.column(alias).maxInteger();
            sequences.add(new SequencePlan(draft.source.name(), alias,
                    Math.max(0, Math.max(highest, ever == null ? 0 : ever))));
        }
    }

    /** Name of a constraint or index that SQLite gave none. */
    static String derivedName(TableDraft draft, List<String> columns, String suffix) {
        return draft.source.name() + "_" + String.join("_", columns) + "_" + suffix;
    }
}
