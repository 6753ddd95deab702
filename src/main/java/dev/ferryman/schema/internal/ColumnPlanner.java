package dev.ferryman.schema.internal;

import dev.ferryman.schema.Choice;
import dev.ferryman.schema.Collation;
import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.ColumnProfile;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.Decision;
import dev.ferryman.schema.Decision.Option;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.schema.QuarantineRule;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SourceTable.Generated;
import dev.ferryman.schema.SourceTable.SourceColumn;
import dev.ferryman.schema.TargetSchema.TargetColumn;
import dev.ferryman.schema.Trait;
import dev.ferryman.schema.internal.DefaultTranslator.Coercion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans the columns of one created table: type, NOT NULL, default, identity, generated expression. */
final class ColumnPlanner {
    private final SourceTable table;
    private final TableDraft draft;
    private final long maxValueBytes;
    private final Decisions decisions;
    private final Findings findings;
    private final Set<String> keyColumns = new HashSet<>();
    /** Of a primary key, a UNIQUE, or referred to by a foreign key. */
    private final Set<String> uniqueColumns = new HashSet<>();
    private final Set<String> indexedColumns = new HashSet<>();
    /** Of a foreign key of this table, or referred to by one. */
    private final Set<String> referring = new HashSet<>();

    ColumnPlanner(SourceSchema source, TableDraft draft, long maxValueBytes, Decisions decisions, Findings findings) {
        this.decisions = decisions;
        this.table = draft.source;
        this.draft = draft;
        this.maxValueBytes = maxValueBytes;
        this.findings = findings;
        table.primaryKey().forEach(name -> keyColumns.add(lower(name)));
        for (var index : table.indexes()) {
            for (var column : KeyChooser.columns(index)) {
                indexedColumns.add(lower(column));
                if (index.unique()) {
                    keyColumns.add(lower(column));
                }
            }
        }
        for (var index : table.indexes()) {
            for (var sql : index.parts().stream().map(SourceTable.IndexPart::expressionSql).toList()) {
                mentioned(sql);
            }
            mentioned(index.whereSql());
        }
        uniqueColumns.addAll(keyColumns);
        table.foreignKeys().forEach(key -> key.columns().forEach(column -> referring.add(lower(column))));
        keyColumns.addAll(referring);
        for (var other : source.tables()) {
            other.foreignKeys().stream().filter(key -> key.parent().equalsIgnoreCase(table.name()))
                    .flatMap(key -> key.parentColumns().stream()).map(ColumnPlanner::lower).forEach(column -> {
                        referring.add(column);
                        keyColumns.add(column);
                        uniqueColumns.add(column);
                    });
        }
        indexedColumns.addAll(keyColumns);
    }

    /** Columns that an index compares, however deep in an expression. */
    private void mentioned(@Nullable String sql) {
        try {
            if (sql != null) {
                var reader = new TokenReader(sql);
                while (!reader.atEnd()) {
                    var token = reader.take();
                    if (token.kind() == Token.Kind.WORD || token.kind() == Token.Kind.NAME) {
                        indexedColumns.add(lower(token.text()));
                    }
                }
            }
        } catch (SqlSyntaxException _) {
            // The index planner leaves the index out and says so.
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    void plan() {
        var nameCase = decisions.choices().names();
        var names = TargetNames.forColumns(nameCase);
        for (var column : table.columns()) {
            if (isLeftOut(column)) {
                continue;
            }
            var target = names.take(column.name());
            var planned = plain(column, target);
            if (planned != null) {
                draft.columns.add(planned);
                if (!names.isPlain(column.name(), target)) {
                    findings.warning(table.name(), column.name(), "renamed",
                            "PostgreSQL cannot have this name: the column becomes " + target + ".");
                }
            }
        }
        // Generated columns see the types of all others.
        for (var column : table.columns()) {
            var plain = draft.column(column.name());
            if (column.generated() != Generated.NO && plain != null) {
                draft.columns.set(draft.columns.indexOf(plain), generated(column, plain));
            }
        }
    }

    private boolean isLeftOut(SourceColumn column) {
        if (!decisions.choices().table(table.name()).column(column.name()).excluded()) {
            return false;
        }
        if (!mayBeAbsent(column)) {
            findings.blocker(table.name(), column.name(), "column-needed",
                    "The column is excluded, but rows are found by it: it cannot stay behind.");
            return false;
        }
        findings.add(Severity.WARNING, table.name(), column.name(), "column-left-out",
                "The column stays behind, as chosen.", draft.profile.column(column.name()).values(), List.of());
        return true;
    }

    /** Rows are found by their keys, and by the rowid unless a column has its name. */
    private boolean mayBeAbsent(SourceColumn column) {
        return !uniqueColumns.contains(lower(column.name()))
                && !Set.of("rowid", "oid", "_rowid_").contains(lower(column.name()));
    }

    private @Nullable ColumnPlan plain(SourceColumn column, String target) {
        var outcome = outcome(column);
        if (outcome.skipped()) {
            return null;
        }
        var choice = outcome.choice();
        var identity = column.name().equals(table.rowidAlias());
        var notNull = notNull(column, identity);
        var collation = collation(column, choice);
        return new ColumnPlan(column.name(), target, column.declaredType(), choice.type(), choice.conversion(),
                notNull, identity ? null : defaultSql(column, choice), null, identity, outcome.emptyAsNull(), collation,
                collation == null
                        ? choice.why()
                        : "Compared under ICU's collation " + collation.target() + ", as chosen.");
    }

    /** The collation that a person has chosen, where it can be had. */
    private @Nullable Collation collation(SourceColumn column, TypeChoice choice) {
        var wanted = decisions.choices().table(table.name()).column(column.name()).collation();
        if (wanted == null) {
            return null;
        }
        var text = choice.type().base() == Base.TEXT || choice.type().base() == Base.VARCHAR;
        String obstacle = null;
        if (!column.collation().equals("NOCASE")) {
            obstacle = "it is no column COLLATE NOCASE";
        } else if (!text || choice.conversion() != Conversion.DIRECT) {
            obstacle = "it becomes " + TypeChooser.describe(choice);
        } else if (inKey(column)) {
            obstacle = "it is part of the primary key or of a foreign key, which compare byte by byte";
        }
        if (obstacle != null) {
            findings.blocker(table.name(), column.name(), "collation-not-available", "The collation " + wanted.word()
                    + " is chosen for a column that cannot have it: " + obstacle + ".");
            return null;
        }
        findings.info(table.name(), column.name(), "icu-collation", "Values that differ in case only are the same, in"
                + " letters of every script, and so are other forms of a letter, such as full width or katakana; SQLite's"
                + " NOCASE knows letters of ASCII only. PostgreSQL refuses regular expressions"
                + " on such a column, and before version 18 LIKE as well.");
        return wanted;
    }

    private boolean inKey(SourceColumn column) {
        return table.primaryKey().contains(column.name()) || referring.contains(lower(column.name()));
    }

    private ValueDecision.Outcome outcome(SourceColumn column) {
        var values = draft.profile.column(column.name());
        var decision = new ValueDecision(draft, maxValueBytes, decisions, findings);
        var allowed = new ValueDecision.Allowed(!keyColumns.contains(lower(column.name())),
                !column.notNull() && !uniqueColumns.contains(lower(column.name())), mayBeAbsent(column));
        var wanted = decisions.choices().table(table.name()).column(column.name()).type();
        var generated = column.generated() != Generated.NO;
        if (wanted != null && !generated) {
            return decision.decide(column.name(), wanted(column, wanted), null, allowed, "The column is to be",
                    "The type is chosen by a person.");
        }
        if (column.name().equals(table.rowidAlias())) {
            return new ValueDecision.Outcome(
                    TypeChoice.of(Base.INT8, Conversion.DIRECT, "The table's row number."), false, false);
        }
        var said = new Findings();
        var chooser = new TypeChooser(table.name(), values, DeclaredType.of(column.declaredType()),
                keyColumns.contains(lower(column.name())), indexedColumns.contains(lower(column.name())), said);
        var choice = chooser.choose();
        var misfit = said.all().stream().anyMatch(finding -> finding.severity() == Severity.WARNING)
                && chooser.isTyped() && !choice.type().equals(chooser.declared().type());
        if ((misfit || values.maxBytes() > maxValueBytes) && !generated) {
            return decision.decide(column.name(), wanted(column, chooser.declared().type()), misfit
                    ? new ValueDecision.Widened(choice, TypeChooser.describe(choice), said)
                    : null, allowed, "The column is declared " + column.declaredType() + ", which is", choice.why());
        }
        findings.addAll(said);
        return new ValueDecision.Outcome(choice, false, false);
    }

    private static TargetColumn wanted(SourceColumn column, PgType type) {
        return new TargetColumn(column.name(), type, false, null, false, false, List.of());
    }

    /** Whether the column is NOT NULL in the target; where NULLs are in the way, somebody decides. */
    private boolean notNull(SourceColumn column, boolean identity) {
        var key = table.primaryKey().contains(column.name());
        var declared = column.notNull() || (key && (table.withoutRowid() || identity));
        if (!declared && !key) {
            return false;
        }
        var values = draft.profile.column(column.name());
        if (!values.has(Trait.NULL)) {
            return declared;
        }
        var options = new ArrayList<Option>();
        options.add(new Option(Choice.WIDEN, key
                ? "the column is nullable and the primary key becomes a unique index"
                : "the column is nullable"));
        if (values.values() > 0 && draft.quarantinable() && column.generated() == Generated.NO) {
            options.add(new Option(Choice.QUARANTINE, "the column is NOT NULL; rows with NULL go to quarantine, and"
                    + " with them the rows that refer to them"));
        }
        options.add(new Option(Choice.FAIL, "the copy is refused until the data or this choice changes"));
        var message = declared
                ? "The column is declared NOT NULL and holds NULL."
                : "The primary key holds NULL, which SQLite allows and PostgreSQL does not.";
        var code = declared ? "null-in-not-null" : "null-in-primary-key";
        var choice = decisions.decide(new Decisions.Question(Decision.Kind.NULLS, table.name(), column.name(), null,
                code, message, values.count(Trait.NULL), values.examplesOf(Trait.NULL), options, Choice.WIDEN));
        return switch (choice) {
            case QUARANTINE -> {
                findings.add(Severity.WARNING, table.name(), column.name(), "nulls-to-quarantine", message
                        + " Rows with NULL go to ferryman.quarantine, as chosen.", values.count(Trait.NULL),
                        values.examplesOf(Trait.NULL));
                draft.quarantine.add(QuarantineRule.nulls(column.name()));
                yield true;
            }
            case WIDEN -> {
                if (declared) {
                    findings.add(Severity.WARNING, table.name(), column.name(), code,
                            "The column is declared NOT NULL and holds NULL: it becomes nullable.",
                            values.count(Trait.NULL), values.examplesOf(Trait.NULL));
                }
                yield false;
            }
            case CONVERT, REPLACE, SKIP, FAIL -> false;
        };
    }

    private @Nullable String defaultSql(SourceColumn column, TypeChoice choice) {
        var sql = column.defaultSql();
        if (sql == null || column.generated() != Generated.NO) {
            return null;
        }
        try {
            return new DefaultTranslator(choice.type(), choice.conversion()).translate(sql);
        } catch (UntranslatableException e) {
            findings.warning(table.name(), column.name(), "default-left-out", "The default " + sql
                    + " is left out, for it is not known to mean the same in PostgreSQL: " + e.getMessage() + ".");
            return null;
        }
    }

    private ColumnPlan generated(SourceColumn column, ColumnPlan plain) {
        String sql = null;
        var why = "its expression was not read";
        try {
            if (column.generatedSql() != null) {
                var translated = new ExpressionTranslator(this::ungenerated).translate(column.generatedSql());
                if (!translated.immutable()) {
                    throw new UntranslatableException("it is not immutable");
                }
                requireKind(translated, draft.profile.column(column.name()));
                sql = generatedSql(plain, translated);
            }
        } catch (UntranslatableException e) {
            why = String.valueOf(e.getMessage());
        }
        if (sql == null) {
            findings.warning(table.name(), column.name(), "generated-as-plain", "The generated column ("
                    + column.generatedSql() + ") becomes a plain column with its present values: " + why + ".");
            return plain;
        }
        if (column.generated() == Generated.VIRTUAL) {
            findings.info(table.name(), column.name(), "virtual-as-stored", "The virtual column becomes a stored one.");
        }
        return new ColumnPlan(plain.source(), plain.target(), plain.declaredType(), plain.type(), Conversion.GENERATED,
                plain.notNull(), null, sql, false, "The target computes it, as the source does.");
    }

    /** An integer expression of SQLite that overflows gives a real, where PostgreSQL gives an error: its values tell. */
    private static void requireKind(PgSql translated, ColumnProfile values) throws UntranslatableException {
        var expected = switch (translated.kind()) {
            case BOOLEAN, INTEGER -> values.only(Trait.INTEGER);
            case NUMERIC, REAL -> values.only(Trait.INTEGER, Trait.REAL);
            case TEXT -> values.only(Trait.TEXT);
            case BYTES -> values.only(Trait.BLOB);
            case OPAQUE -> false;
        };
        if (!expected) {
            throw new UntranslatableException("its values are of another type than the expression gives in PostgreSQL");
        }
    }

    /** A column that is empty has no type of its own yet; where it has, the expression has to give exactly that. */
    private static String generatedSql(ColumnPlan plain, PgSql translated) throws UntranslatableException {
        var conversion = plain.conversion() == Conversion.AS_TEXT || plain.conversion() == Conversion.AS_BYTES
                ? plain.conversion()
                : Conversion.DIRECT;
        return Coercion.to(plain.type(), conversion, translated);
    }

    private @Nullable PgSql ungenerated(String name) {
        var column = table.column(name);
        // PostgreSQL lets no generated column refer to another; as an unknown value it is refused.
        if (column != null && column.generated() != Generated.NO) {
            return PgSql.of("NULL", PgSql.Kind.OPAQUE);
        }
        return draft.expressionColumn(name);
    }

    /** Whether a type can be part of a btree index at all. */
    static boolean isIndexable(PgType type) {
        return type.base() != Base.JSON;
    }
}
