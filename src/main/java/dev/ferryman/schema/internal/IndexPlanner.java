package dev.ferryman.schema.internal;

import dev.ferryman.schema.AfterLoad;
import dev.ferryman.schema.Choice;
import dev.ferryman.schema.Decision;
import dev.ferryman.schema.Decision.Option;
import dev.ferryman.schema.Finding.Severity;
import dev.ferryman.schema.PgType.Base;
import dev.ferryman.schema.Profile.Violation;
import dev.ferryman.schema.SourceTable.IndexPart;
import dev.ferryman.schema.SourceTable.Origin;
import dev.ferryman.schema.SourceTable.SourceIndex;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Plans primary key, UNIQUE constraints and indexes of one created table. */
final class IndexPlanner {
    private static final int MOST_COLUMNS = 32;
    /** PostgreSQL refuses index rows over a third of a page, 2704 bytes; some of them are headers. */
    private static final long LARGEST_KEY_BYTES = 2600;

    private final TableDraft draft;
    private final TargetNames relations;
    private final Decisions decisions;
    private final Findings findings;
    private final ExpressionTranslator expressions;

    IndexPlanner(TableDraft draft, TargetNames relations, Decisions decisions, Findings findings) {
        this.decisions = decisions;
        this.draft = draft;
        this.relations = relations;
        this.findings = findings;
        this.expressions = new ExpressionTranslator(draft::expressionColumn);
    }

    void plan(List<AfterLoad> statements) {
        primaryKey(statements);
        for (var i = 0; i < draft.source.indexes().size(); i++) {
            var index = draft.source.indexes().get(i);
            if (index.origin() != Origin.PRIMARY_KEY && !isLeftForCitext(index, describe(index))) {
                var duplicates = draft.profile.violation(Violation.Kind.DUPLICATE_AS_TEXT, i);
                if (duplicates != null) {
                    duplicates(describe(index), describe(index), duplicates);
                } else {
                    index(index, statements);
                }
            }
        }
    }

    private void primaryKey(List<AfterLoad> statements) {
        var key = draft.source.primaryKey();
        if (key.isEmpty()) {
            return;
        }
        var source = "PRIMARY KEY (" + String.join(", ", key) + ")";
        var index = draft.source.indexes().stream().filter(i -> i.origin() == Origin.PRIMARY_KEY).findFirst()
                .orElse(null);
        var nullable = key.stream().filter(draft::hasNulls).findFirst().orElse(null);
        if (nullable != null) {
            var values = draft.profile.column(nullable);
            findings.add(Severity.WARNING, draft.source.name(), nullable, "null-in-primary-key",
                    "The primary key holds NULL, which SQLite allows and PostgreSQL does not: it becomes a unique index.",
                    values.count(Trait.NULL), values.examplesOf(Trait.NULL));
        }
        var position = index == null ? -1 : draft.source.indexes().indexOf(index);
        var duplicates = draft.profile.violation(Violation.Kind.DUPLICATE_AS_TEXT, position);
        if (duplicates != null) {
            duplicates("PRIMARY KEY", "the primary key", duplicates);
            return;
        }
        if (index != null && isLeftForCitext(index, "PRIMARY KEY")) {
            return;
        }
        var plain = nullable == null && keyBytes(key) <= LARGEST_KEY_BYTES && key.size() <= MOST_COLUMNS;
        if (plain) {
            var name = relations.take(draft.source.name() + "_pkey");
            statements.add(new AfterLoad(AfterLoad.Kind.PRIMARY_KEY, name, "ALTER TABLE " + draft.sql()
                    + " ADD CONSTRAINT " + SqlNames.quote(name) + " PRIMARY KEY (" + columns(key) + ")", source));
        }
        // A key under NOCASE or RTRIM is unique by that collation too.
        if (index != null
                && (!plain || index.parts().stream().anyMatch(part -> !part.collation().equals("BINARY")))) {
            index(index, statements);
        }
    }

    /** Whether values are in the way that citext takes for the same; somebody decides. */
    private boolean isLeftForCitext(SourceIndex index, String subject) {
        if (!index.unique() || KeyChooser.columns(index).size() != index.parts().size()) {
            return false;
        }
        var folds = index.parts().stream().map(this::fold).toList();
        if (folds.stream().allMatch(fold -> fold.equals("-"))) {
            return false;
        }
        var what = folds.contains(ComparedForm.ICU) ? "ICU" : "citext";
        var fit = draft.profile.targetFit(CitextScan.fitName(index, folds));
        if (fit == null) {
            findings.blocker(draft.source.name(), null, "citext-not-looked-at", describe(index)
                    + " is unique and over a column that " + what + " is to compare, chosen after the source was read:"
                    + " have it read and planned again, so that values which differ in case only are found.");
            return false;
        }
        if (fit.count() == 0) {
            return false;
        }
        var message = "Values of " + subject
                + " differ in case only, in letters that SQLite keeps apart and " + what + " does not";
        var choice = decisions.decide(new Decisions.Question(Decision.Kind.UNIQUE, draft.source.name(), null, subject,
                "duplicate-in-citext", message + ".", fit.count(), fit.exampleKeys(),
                List.of(new Option(Choice.SKIP, "it is left out"), new Option(Choice.FAIL,
                        "the copy is refused until the data, the type or this choice changes")),
                Choice.FAIL));
        if (choice == Choice.SKIP) {
            findings.add(Severity.WARNING, draft.source.name(), null, "duplicate-in-citext",
                    message + ": it is left out, as chosen.", fit.count(), fit.exampleKeys());
        }
        return choice == Choice.SKIP;
    }

    private String fold(IndexPart part) {
        var column = draft.column(String.valueOf(part.column()));
        return column == null
                ? "-"
                : CitextScan.fold(column.type().base() == Base.CITEXT, column.collation(), part);
    }

    private void duplicates(String subject, String what, Violation duplicates) {
        var message = "Values that SQLite tells apart by type become equal: ";
        var choice = decisions.decide(new Decisions.Question(Decision.Kind.UNIQUE, draft.source.name(), null, subject,
                "duplicate-as-text", message + what + " cannot be built.", duplicates.count(),
                duplicates.exampleKeys(), List.of(new Option(Choice.SKIP, what + " is left out"),
                        new Option(Choice.FAIL, "the copy is refused until the data or this choice changes")),
                Choice.SKIP));
        if (choice == Choice.SKIP) {
            findings.add(Severity.WARNING, draft.source.name(), null, "duplicate-as-text",
                    message + what + " is left out.", duplicates.count(), duplicates.exampleKeys());
        }
    }

    private String columns(List<String> sourceNames) {
        return sourceNames.stream().map(this::target).collect(Collectors.joining(", "));
    }

    private String target(String sourceName) {
        var column = draft.column(sourceName);
        if (column == null) {
            throw new IllegalStateException("no column " + sourceName + " in " + draft.source.name());
        }
        return SqlNames.quote(column.target());
    }

    private long keyBytes(List<String> sourceNames) {
        return sourceNames.stream().mapToLong(name -> draft.profile.column(existing(name)).maxBytes()).sum();
    }

    private String existing(String name) {
        var column = draft.column(name);
        return column == null ? name : column.source();
    }

    private void index(SourceIndex index, List<AfterLoad> statements) {
        try {
            if (KeyChooser.columns(index).stream().anyMatch(name -> draft.column(name) == null
                    && draft.source.column(name) != null)) {
                throw new UntranslatableException("a column of it stays behind");
            }
            if (index.origin() == Origin.UNIQUE && isPlainConstraint(index)) {
                constraint(index, statements);
            } else {
                create(index, statements);
            }
        } catch (UntranslatableException e) {
            findings.left(draft.source.name(), index.unique() ? "unique-left-out" : "index-left-out",
                    (index.origin() == Origin.CREATE_INDEX ? index.unique() ? "The unique index " : "The index " : "")
                            + describe(index) + " is left out: " + e.getMessage() + ".",
                    index.sql());
        }
    }

    private boolean isPlainConstraint(SourceIndex index) {
        return index.parts().stream().allMatch(part -> part.column() != null && part.collation().equals("BINARY")
                && !isCollated(part.column()))
                && keyBytes(KeyChooser.columns(index)) <= LARGEST_KEY_BYTES && index.parts().size() <= MOST_COLUMNS;
    }

    private boolean isCollated(String sourceName) {
        var column = draft.column(sourceName);
        return column != null && column.collation() != null;
    }

    private void constraint(SourceIndex index, List<AfterLoad> statements) {
        var columns = KeyChooser.columns(index);
        var name = relations.take(CreatePlanner.derivedName(draft, columns, "key"));
        statements.add(new AfterLoad(AfterLoad.Kind.UNIQUE, name, "ALTER TABLE " + draft.sql() + " ADD CONSTRAINT "
                + SqlNames.quote(name) + " UNIQUE (" + columns(columns) + ")",
                "UNIQUE (" + String.join(", ", columns) + ")"));
    }

    private void create(SourceIndex index, List<AfterLoad> statements) throws UntranslatableException {
        if (index.parts().size() > MOST_COLUMNS) {
            throw new UntranslatableException("it has more than " + MOST_COLUMNS + " columns");
        }
        var parts = new ArrayList<String>();
        var large = keyBytes(KeyChooser.columns(index)) > LARGEST_KEY_BYTES;
        for (var part : index.parts()) {
            parts.add(part(part, large));
        }
        String where = null;
        if (index.partial()) {
            if (index.whereSql() == null) {
                throw new UntranslatableException("its condition was not read");
            }
            where = immutable(expressions.translateCondition(index.whereSql())).text();
        }
        var name = relations.take(index.origin() == Origin.CREATE_INDEX
                ? index.name()
                : CreatePlanner.derivedName(draft, KeyChooser.columns(index), "key"));
        if (index.origin() == Origin.CREATE_INDEX && !name.equals(index.name())) {
            findings.info(draft.source.name(), null, "renamed", "The index " + index.name() + " becomes " + name + ".");
        }
        if (large) {
            findings.warning(draft.source.name(), null, "index-by-hash", "Values are too long for a btree index: "
                    + describe(index) + " is over their md5, which keeps uniqueness and finds equal values only.");
        }
        statements.add(new AfterLoad(AfterLoad.Kind.INDEX, name, "CREATE " + (index.unique() ? "UNIQUE " : "")
                + "INDEX " + SqlNames.quote(name) + " ON " + draft.sql() + " (" + String.join(", ", parts) + ")"
                + (where == null ? "" : " WHERE " + where), source(index)));
    }

    private static String source(SourceIndex index) {
        return index.sql() == null
                ? (index.origin() == Origin.PRIMARY_KEY ? "PRIMARY KEY (" : "UNIQUE (")
                        + String.join(", ", KeyChooser.columns(index)) + ")"
                : index.sql();
    }

    /** An index as a person knows it: by its name, or the constraint that SQLite made it for. */
    static String describe(SourceIndex index) {
        return switch (index.origin()) {
            case CREATE_INDEX -> index.name();
            case PRIMARY_KEY -> "PRIMARY KEY";
            case UNIQUE -> index.parts().stream()
                    .map(part -> part.column()
                            + (part.collation().equals("BINARY") ? "" : " COLLATE " + part.collation()))
                    .collect(Collectors.joining(", ", "UNIQUE (", ")"));
        };
    }

    private String part(IndexPart part, boolean large) throws UntranslatableException {
        var order = part.descending() ? " DESC" : "";
        if (part.column() == null) {
            if (part.expressionSql() == null) {
                throw new UntranslatableException("an expression of it was not read");
            }
            var translated = immutable(expressions.translate(part.expressionSql()));
            if (translated.kind() == PgSql.Kind.OPAQUE) {
                throw new UntranslatableException("an expression over a converted value");
            }
            return "(" + ExpressionTranslator.collated(translated.text(),
                    translated.kind() == PgSql.Kind.TEXT ? part.collation() : null) + ")" + order;
        }
        var column = draft.column(part.column());
        if (column == null) {
            throw new UntranslatableException("it is over the row number");
        }
        if (!ColumnPlanner.isIndexable(column.type())) {
            throw new UntranslatableException("json cannot be indexed");
        }
        var name = SqlNames.quote(column.target());
        var kind = TableDraft.comparable(column.type().base());
        if (large && draft.profile.column(column.source()).maxBytes() > LARGEST_KEY_BYTES / MOST_COLUMNS) {
            return "md5(" + textOrBytes(name, part, kind) + ")" + order;
        }
        if (column.collation() != null) {
            return name + (part.collation().equals("NOCASE") ? "" : " COLLATE \"C\"") + order;
        }
        var expression = kind.equals("text") ? ExpressionTranslator.collated(name, part.collation()) : name;
        return (expression.equals(name) ? name : "(" + expression + ")") + order;
    }

    private static String textOrBytes(String name, IndexPart part, String kind) throws UntranslatableException {
        return switch (kind) {
            case "text" -> ExpressionTranslator.collated(name, part.collation());
            case "BYTEA" -> name;
            default -> throw new UntranslatableException("its values are too long for a btree index");
        };
    }

    private static PgSql immutable(PgSql sql) throws UntranslatableException {
        if (!sql.immutable()) {
            throw new UntranslatableException("it is not immutable");
        }
        return sql;
    }

    /** The unique keys that foreign keys may refer to, as source columns; null where the index is none. */
    static @Nullable List<String> referable(TableDraft draft, int position) {
        var index = draft.source.indexes().get(position);
        var columns = KeyChooser.columns(index);
        var plain = index.unique() && !index.partial() && columns.size() == index.parts().size()
                && index.parts().stream().allMatch(part -> part.collation().equals("BINARY"))
                && draft.profile.violation(Violation.Kind.DUPLICATE_AS_TEXT, position) == null
                && columns.stream().mapToLong(c -> draft.profile.column(c).maxBytes()).sum() <= LARGEST_KEY_BYTES;
        return plain ? columns : null;
    }

    /** Whether the primary key is carried over as one. */
    static boolean hasPrimaryKey(TableDraft draft) {
        var key = draft.source.primaryKey();
        return !key.isEmpty() && key.stream().noneMatch(draft::hasNulls)
                && key.stream().mapToLong(c -> draft.profile.column(c).maxBytes()).sum() <= LARGEST_KEY_BYTES;
    }
}
