package dev.ferryman.schema.internal;

import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.Profile;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.schema.SequencePlan;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.schema.TargetSchema;
import dev.ferryman.schema.TargetSchema.TargetColumn;
import dev.ferryman.schema.TargetSchema.TargetTable;
import dev.ferryman.schema.Trait;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Plans the copy into tables that the application's own migrations created. */
public final class ExistingPlanner {
    /** Tables in which migration tools keep what they have run: the target's own entries are the right ones. */
    private static final Set<String> BOOKKEEPING = Set.of("alembic_version", "django_migrations", "_prisma_migrations",
            "knex_migrations", "knex_migrations_lock", "migrations", "__efmigrationshistory", "schema_migrations",
            "ar_internal_metadata", "flyway_schema_history", "databasechangelog", "databasechangeloglock",
            "sequelizemeta",
            "goose_db_version", "_sqlx_migrations", "__drizzle_migrations", "typeorm_metadata",
            "doctrine_migration_versions");

    private final SourceSchema source;
    private final Profile profile;
    private final PlanOptions options;
    private final TargetSchema target;
    private final Findings findings = new Findings();

    /** @param options with mode {@link SchemaMode#EXISTING} */
    public ExistingPlanner(SourceSchema source, Profile profile, PlanOptions options) {
        this.source = source;
        this.profile = profile;
        this.options = options;
        this.target = Objects.requireNonNull(options.target());
    }

    /** Makes the plan. */
    public Plan plan() {
        for (var table : source.tables()) {
            if (table.kind() == SourceTable.Kind.VIRTUAL) {
                findings.warning(table.name(), null, "virtual-table", "A virtual table: it is left out.");
            }
        }
        var sources = source.tables().stream().filter(t -> t.kind() == SourceTable.Kind.ORDINARY)
                .collect(Collectors.toMap(SourceTable::name, t -> t, (a, _) -> a, LinkedHashMap::new));
        var targets = target.tables().stream()
                .collect(Collectors.toMap(TargetTable::name, t -> t, (a, _) -> a, LinkedHashMap::new));
        var matched = NameMatcher.match(sources.keySet(), targets.keySet());
        var drafts = new LinkedHashMap<String, TableDraft>();
        sources.forEach((name, table) -> {
            var counterpart = targets.get(matched.getOrDefault(name, ""));
            var values = profile.table(name);
            if (counterpart == null || values == null) {
                findings.add(Severity.WARNING, name, null, "table-without-counterpart",
                        "The schema " + target.name() + " has no such table: its rows stay behind.",
                        values == null ? 0 : values.rows(), List.of());
            } else if (!isBookkeeping(counterpart)) {
                drafts.put(name, draft(table, values, counterpart));
            }
        });
        targets.keySet().stream().filter(name -> !matched.containsValue(name)).forEach(name -> findings.info(null, null,
                "target-without-counterpart", "The target's table " + name + " has no counterpart in the source."));
        return assemble(drafts, targets);
    }

    private boolean isBookkeeping(TargetTable table) {
        if (table.empty() || !BOOKKEEPING.contains(table.name().toLowerCase(Locale.ROOT))) {
            return false;
        }
        findings.info(table.name(), null, "migration-bookkeeping",
                "A migration tool keeps its own records here: the target's are kept, the source's are not copied.");
        return true;
    }

    private Plan assemble(Map<String, TableDraft> drafts, Map<String, TargetTable> targets) {
        Map<String, String> sourceOf = new LinkedHashMap<>();
        drafts.forEach((name, draft) -> sourceOf.put(draft.target, name));
        var parents = new LinkedHashMap<String, Set<String>>();
        drafts.forEach((name, draft) -> parents.put(name, Objects.requireNonNull(targets.get(draft.target)).parents()
                .stream().map(parent -> sourceOf.getOrDefault(parent, "")).collect(Collectors.toSet())));
        var tables = new ArrayList<TablePlan>();
        var sequences = new ArrayList<SequencePlan>();
        for (var name : LoadOrder.of(parents)) {
            var draft = Objects.requireNonNull(drafts.get(name));
            var key = new KeyChooser(draft, source.encoding().equals("UTF-8")).choose();
            tables.add(new TablePlan(name, draft.schema, draft.target, draft.source.withoutRowid(),
                    draft.source.rowidAlias(), key, draft.columns, null, List.of(), draft.profile.rows()));
            for (var column : draft.columns) {
                if (column.identity()) {
                    sequences.add(new SequencePlan(name, column.source(), highWater(draft, column)));
                }
            }
        }
        return new Plan(1, SchemaMode.EXISTING, List.of(), tables, sequences, findings.sorted());
    }

    private static long highWater(TableDraft draft, ColumnPlan column) {
        var ever = column.source().equals(draft.source.rowidAlias()) ? draft.source.sequence() : null;
        return Math.max(0, Math.max(draft.profile.column(column.source()).maxInteger(), ever == null ? 0 : ever));
    }

    private TableDraft draft(SourceTable table, Profile.TableProfile values, TargetTable counterpart) {
        var draft = new TableDraft(table, values, target.name(), counterpart.name());
        if (!counterpart.empty()) {
            findings.blocker(table.name(), null, "target-not-empty", "The target's table " + counterpart.name()
                    + " holds rows already: empty it, or name another target.");
        }
        var targets = counterpart.columns().stream()
                .collect(Collectors.toMap(TargetColumn::name, c -> c, (a, _) -> a, LinkedHashMap::new));
        var names = table.columns().stream().map(SourceTable.SourceColumn::name).toList();
        var matched = NameMatcher.match(names, targets.keySet());
        for (var column : table.columns()) {
            var found = targets.get(matched.getOrDefault(column.name(), ""));
            if (found == null) {
                unmatched(table, column, values);
            } else {
                draft.columns.add(column(table, column, values, found));
            }
        }
        for (var column : counterpart.columns()) {
            if (!matched.containsValue(column.name())) {
                extra(table, counterpart, column);
            }
        }
        return draft;
    }

    private void unmatched(SourceTable table, SourceTable.SourceColumn column, Profile.TableProfile values) {
        var filled = values.column(column.name()).values();
        if (filled == 0 || column.generated() != SourceTable.Generated.NO) {
            findings.info(table.name(), column.name(), "column-without-counterpart",
                    "The target has no such column; the source's " + (filled == 0 ? "is empty." : "is computed."));
        } else {
            findings.add(Severity.WARNING, table.name(), column.name(), "column-without-counterpart",
                    "The target has no such column: its values stay behind.", filled, List.of());
        }
    }

    private void extra(SourceTable table, TargetTable counterpart, TargetColumn column) {
        var name = counterpart.name() + "." + column.name();
        if (column.notNull() && column.defaultSql() == null && !column.identity() && !column.generated()) {
            findings.blocker(table.name(), null, "target-column-without-value", "The target's column " + name
                    + " is NOT NULL, has no default and no counterpart in the source: give it a default.");
        } else {
            findings.info(table.name(), null, "target-column-without-counterpart",
                    "The target's column " + name + " has no counterpart in the source and takes its default.");
        }
    }

    private ColumnPlan column(SourceTable table, SourceTable.SourceColumn column, Profile.TableProfile profiled,
            TargetColumn counterpart) {
        var values = profiled.column(column.name());
        if (values.maxBytes() > options.maxValueBytes()) {
            findings.add(Severity.BLOCKER, table.name(), column.name(), "value-too-large", "The largest value has "
                    + values.maxBytes() + " bytes; values up to " + options.maxValueBytes() + " are copied.",
                    Math.max(1, values.count(Trait.OVERSIZED)), values.examplesOf(Trait.OVERSIZED));
        }
        if (counterpart.notNull() && values.has(Trait.NULL) && !counterpart.generated()) {
            findings.add(Severity.BLOCKER, table.name(), column.name(), "null-in-not-null",
                    "The target's column is NOT NULL and the source's holds NULL.", values.count(Trait.NULL),
                    values.examplesOf(Trait.NULL));
        }
        var conversion = counterpart.generated()
                ? Conversion.GENERATED
                : new ColumnFit(table.name(), values, counterpart, findings).conversion();
        return new ColumnPlan(column.name(), counterpart.name(), column.declaredType(), counterpart.type(), conversion,
                counterpart.notNull(), null, null, counterpart.identity(),
                counterpart.generated() ? "The target computes it." : "The target's own type.");
    }
}
