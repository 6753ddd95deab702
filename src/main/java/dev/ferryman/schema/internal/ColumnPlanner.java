package dev.ferryman.schema.internal;

import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.ColumnProfile;
import dev.ferryman.schema.Conversion;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SourceTable.Generated;
import dev.ferryman.schema.SourceTable.SourceColumn;
import dev.ferryman.schema.Trait;
import dev.ferryman.schema.internal.DefaultTranslator.Coercion;
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
    private final Findings findings;
    private final Set<String> keyColumns = new HashSet<>();
    private final Set<String> indexedColumns = new HashSet<>();

    ColumnPlanner(SourceSchema source, TableDraft draft, long maxValueBytes, Findings findings) {
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
        table.foreignKeys().forEach(key -> key.columns().forEach(column -> keyColumns.add(lower(column))));
        for (var other : source.tables()) {
            other.foreignKeys().stream().filter(key -> key.parent().equalsIgnoreCase(table.name()))
                    .forEach(key -> key.parentColumns().forEach(column -> keyColumns.add(lower(column))));
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
        var names = TargetNames.forColumns();
        for (var column : table.columns()) {
            var target = names.take(column.name());
            if (!target.equals(column.name())) {
                findings.warning(table.name(), column.name(), "renamed",
                        "PostgreSQL cannot have this name: the column becomes " + target + ".");
            }
            draft.columns.add(plain(column, target));
        }
        // Generated columns see the types of all others.
        for (var i = 0; i < table.columns().size(); i++) {
            var column = table.columns().get(i);
            if (column.generated() != Generated.NO) {
                draft.columns.set(i, generated(column, draft.columns.get(i)));
            }
        }
    }

    private ColumnPlan plain(SourceColumn column, String target) {
        var values = draft.profile.column(column.name());
        if (values.maxBytes() > maxValueBytes) {
            findings.add(Severity.BLOCKER, table.name(), column.name(), "value-too-large",
                    "The largest value has " + values.maxBytes() + " bytes; values up to " + maxValueBytes
                            + " are copied.",
                    Math.max(1, values.count(Trait.OVERSIZED)), values.examplesOf(Trait.OVERSIZED));
        }
        var choice = column.name().equals(table.rowidAlias())
                ? TypeChoice.of(Base.INT8, Conversion.DIRECT, "The table's row number.")
                : new TypeChooser(table.name(), values, DeclaredType.of(column.declaredType()),
                        keyColumns.contains(lower(column.name())), indexedColumns.contains(lower(column.name())),
                        findings)
                        .choose();
        var identity = column.name().equals(table.rowidAlias());
        return new ColumnPlan(column.name(), target, column.declaredType(), choice.type(), choice.conversion(),
                notNull(column, identity), identity ? null : defaultSql(column, choice), null, identity, choice.why());
    }

    private boolean notNull(SourceColumn column, boolean identity) {
        var key = table.primaryKey().contains(column.name());
        if (!column.notNull() && !(key && (table.withoutRowid() || identity))) {
            return false;
        }
        if (draft.hasNulls(column.name())) {
            var values = draft.profile.column(column.name());
            findings.add(Severity.WARNING, table.name(), column.name(), "null-in-not-null",
                    "The column is declared NOT NULL and holds NULL: it becomes nullable.", values.count(Trait.NULL),
                    values.examplesOf(Trait.NULL));
            return false;
        }
        return true;
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
