package dev.ferryman.schema.internal;

import dev.ferryman.schema.Choice;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.Decision;
import dev.ferryman.schema.Decision.Option;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.NameCase;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.Profile;
import dev.ferryman.schema.QuarantineRule;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.schema.SequencePlan;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SqlNames;
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
import org.jspecify.annotations.Nullable;

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
    private final Decisions decisions;

    /** @param options with mode {@link SchemaMode#EXISTING} */
    public ExistingPlanner(SourceSchema source, Profile profile, PlanOptions options) {
        this.source = source;
        this.profile = profile;
        this.options = options;
        this.target = Objects.requireNonNull(options.target());
        this.decisions = new Decisions(options.choices(), findings);
    }

    /** Makes the plan. */
    public Plan plan() {
        for (var table : source.tables()) {
            if (table.kind() == SourceTable.Kind.VIRTUAL) {
                findings.warning(table.name(), null, "virtual-table", "A virtual table: it is left out.");
            }
        }
        var matching = Counterparts.tables(source, target, options.choices());
        var matched = matching.tables();
        var drafts = new LinkedHashMap<String, TableDraft>();
        for (var table : source.tables()) {
            var counterpart = matched.get(table);
            var values = profile.table(table.name());
            if (table.kind() != SourceTable.Kind.ORDINARY) {
                continue;
            }
            if (options.choices().table(table.name()).excluded()) {
                findings.add(Severity.WARNING, table.name(), null, "table-left-out",
                        "The table stays behind, as chosen.",
                        values == null ? 0 : values.rows(), List.of());
            } else if (matching.mistakes().get(table.name()) instanceof String mistake) {
                findings.blocker(table.name(), null, "target-table-not-available", mistake);
            } else if (counterpart == null || values == null) {
                findings.add(Severity.WARNING, table.name(), null, "table-without-counterpart",
                        "Neither the schema " + target.name() + " nor the search path has such a table: its rows stay"
                                + " behind.",
                        values == null ? 0 : values.rows(), List.of());
            } else if (!TargetScan.isOf(values, counterpart, isChosen(table))) {
                findings.blocker(table.name(), null, "target-table-not-looked-at", "Which table of the target takes its"
                        + " rows was chosen after the source was read: have it read and planned again, so that they are held"
                        + " against that table's keys.");
            } else if (isChosen(table) || !isBookkeeping(counterpart)) {
                if (!isChosen(table) && !counterpart.schema().equals(target.name())) {
                    findings.info(table.name(), null, "table-in-other-schema", "The schema " + target.name()
                            + " has no such table; the search path leads to that of the schema " + counterpart.schema()
                            + ".");
                }
                var draft = draft(table, values, counterpart);
                if (draft != null) {
                    drafts.put(table.name(), draft);
                    new ExistingRules(draft, counterpart, findings).plan();
                }
            }
        }
        var targets = target.all().stream().collect(Collectors.toMap(
                table -> SqlNames.quote(table.schema(), table.name()), t -> t, (one, _) -> one, LinkedHashMap::new));
        target.tables().stream().filter(table -> table.schema().equals(target.name()))
                .filter(table -> !matched.containsValue(table)).map(TargetTable::name)
                .forEach(name -> findings.info(null, null,
                        "target-without-counterpart",
                        "The target's table " + name + " has no counterpart in the source."));
        return assemble(drafts, targets);
    }

    private boolean isChosen(SourceTable table) {
        return options.choices().table(table.name()).target() != null;
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
        drafts.forEach((name, draft) -> sourceOf.put(draft.sql(), name));
        var parents = new LinkedHashMap<String, Set<String>>();
        drafts.forEach((name, draft) -> {
            var keys = Objects.requireNonNull(targets.get(draft.sql())).foreignKeys();
            parents.put(name, keys.stream().map(key -> sourceOf.getOrDefault(parent(key), ""))
                    .collect(Collectors.toSet()));
            keys.forEach(key -> new ExistingForeignKey(draft, drafts.get(sourceOf.getOrDefault(parent(key), "")), key,
                    decisions, findings).plan());
        });
        new Cascade(drafts, findings).run();
        var tables = new ArrayList<TablePlan>();
        var sequences = new ArrayList<SequencePlan>();
        for (var name : LoadOrder.of(parents)) {
            var draft = Objects.requireNonNull(drafts.get(name));
            var key = new KeyChooser(draft, source.encoding().equals("UTF-8")).choose();
            tables.add(new TablePlan(name, draft.schema, draft.target, draft.source.withoutRowid(),
                    draft.source.rowidAlias(), key, draft.columns, null, List.of(), draft.quarantine, draft.replace,
                    draft.profile.rows()));
            for (var column : draft.columns) {
                if (column.identity()) {
                    sequences.add(new SequencePlan(name, column.source(), highWater(draft, column)));
                }
            }
        }
        return new Plan(Plan.VERSION, SchemaMode.EXISTING, List.of(), tables, sequences, List.of(),
                decisions.sorted(),
                findings.sorted());
    }

    private static String parent(TargetSchema.TargetForeignKey key) {
        return SqlNames.quote(key.parentSchema(), key.parent());
    }

    private static long highWater(TableDraft draft, ColumnPlan column) {
        var ever = column.source().equals(draft.source.rowidAlias()) ? draft.source.sequence() : null;
        return Math.max(0, Math.max(draft.profile.column(column.source()).maxInteger(), ever == null ? 0 : ever));
    }

    /** Plans a table; null where it stays behind by choice. */
    private @Nullable TableDraft draft(SourceTable table, Profile.TableProfile values, TargetTable counterpart) {
        var draft = new TableDraft(table, values, counterpart.schema(), counterpart.name(), NameCase.KEEP);
        if (!counterpart.empty()) {
            var choice = rowsThere(table, counterpart);
            if (choice == Choice.SKIP) {
                findings.add(Severity.WARNING, table.name(), null, "table-left-out",
                        "The table stays behind, as chosen; the target keeps its own rows.", values.rows(), List.of());
                return null;
            }
            draft.replace = choice == Choice.REPLACE;
        }
        var matched = Counterparts.columns(table, counterpart);
        draft.named = !table.withoutRowid() || matched.keySet().containsAll(table.primaryKey());
        for (var column : table.columns()) {
            var found = matched.get(column.name());
            if (found == null) {
                unmatched(table, column, values);
            } else {
                column(table, column, draft, found);
            }
        }
        for (var column : counterpart.columns()) {
            if (!matched.containsValue(column)) {
                extra(table, counterpart, column);
            }
        }
        if (draft.columns.stream().noneMatch(ColumnPlan::written)) {
            findings.add(Severity.WARNING, table.name(), null, "table-without-counterpart", "The target's table "
                    + counterpart.name() + " has none of its columns: its rows stay behind.", values.rows(), List.of());
            return null;
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

    private Choice rowsThere(SourceTable table, TargetTable counterpart) {
        var message = "The target's table " + counterpart.name() + " holds rows already.";
        var choice = decisions.decide(new Decisions.Question(Decision.Kind.ROWS, table.name(), null, null,
                "target-not-empty", message + " Empty it, name another target, or choose to replace them.", 0,
                List.of(), List.of(
                        new Option(Choice.REPLACE, "all rows of the target's table are deleted before the load"),
                        new Option(Choice.SKIP, "the source's rows stay behind, the target's are left alone"),
                        new Option(Choice.FAIL, "the copy is refused until the table is empty")),
                Choice.FAIL));
        if (choice == Choice.REPLACE) {
            findings.warning(table.name(), null, "rows-replaced", message + " They are deleted, as chosen.");
        }
        return choice;
    }

    private void column(SourceTable table, SourceTable.SourceColumn column, TableDraft draft,
            TargetColumn counterpart) {
        var optional = !counterpart.notNull() || counterpart.defaultSql() != null || counterpart.identity();
        var absence = optional && !table.primaryKey().contains(column.name());
        if (options.choices().table(table.name()).column(column.name()).excluded()) {
            if (absence) {
                leftOut(draft, column);
            } else {
                findings.blocker(table.name(), column.name(), "column-needed", "The column is excluded, but the target"
                        + " needs it: it is part of the key, or NOT NULL without a default.");
            }
            return;
        }
        if (counterpart.generated()) {
            draft.columns.add(new ColumnPlan(column.name(), counterpart.name(), column.declaredType(),
                    counterpart.type(), Conversion.GENERATED, counterpart.notNull(), null, null, false,
                    "The target computes it."));
            return;
        }
        var inKey = table.primaryKey().contains(column.name());
        var outcome = new ValueDecision(draft, options.maxValueBytes(), decisions, findings).decide(column.name(),
                counterpart, null, new ValueDecision.Allowed(true, !counterpart.notNull() && !inKey, absence),
                "The target's column " + counterpart.name() + " is", "The target's own type.");
        if (outcome.skipped()) {
            return;
        }
        if (counterpart.notNull() && draft.profile.column(column.name()).has(Trait.NULL)) {
            nulls(draft, column);
        }
        draft.columns.add(new ColumnPlan(column.name(), counterpart.name(), column.declaredType(), counterpart.type(),
                outcome.choice().conversion(), counterpart.notNull(), null, null, counterpart.identity(),
                outcome.emptyAsNull(), null, outcome.choice().why()));
    }

    private void leftOut(TableDraft draft, SourceTable.SourceColumn column) {
        findings.add(Severity.WARNING, draft.source.name(), column.name(), "column-left-out",
                "The column stays behind, as chosen; the target's takes its default.",
                draft.profile.column(column.name()).values(), List.of());
    }

    private void nulls(TableDraft draft, SourceTable.SourceColumn column) {
        var values = draft.profile.column(column.name());
        var table = draft.source.name();
        var message = "The target's column is NOT NULL and the source's holds NULL.";
        var options = new ArrayList<Option>();
        var quarantine = values.values() > 0 && draft.quarantinable();
        if (quarantine) {
            options.add(new Option(Choice.QUARANTINE, "rows with NULL go to quarantine, and with them the rows that"
                    + " refer to them"));
        }
        options.add(new Option(Choice.FAIL, "the copy is refused until the data, the target or this choice changes"));
        var choice = decisions.decide(new Decisions.Question(Decision.Kind.NULLS, table, column.name(), null,
                "null-in-not-null", message, values.count(Trait.NULL), values.examplesOf(Trait.NULL), options,
                quarantine ? Choice.QUARANTINE : Choice.FAIL));
        if (choice == Choice.QUARANTINE) {
            findings.add(Severity.WARNING, table, column.name(), "nulls-to-quarantine",
                    message + " Rows with NULL go to ferryman.quarantine, as chosen.", values.count(Trait.NULL),
                    values.examplesOf(Trait.NULL));
            draft.quarantine.add(QuarantineRule.nulls(column.name()));
        }
    }
}
