package dev.ferryman.verify.internal;

import dev.ferryman.verify.Difference;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Compares and renders the rows of one table. Belongs to one thread. */
final class Rows {
    private final ComparedTable table;
    private final ValueForm[] forms;
    private final Canonical left = new Canonical();
    private final Canonical right = new Canonical();

    Rows(ComparedTable table, TargetSpelling spelling) {
        this.table = table;
        this.forms = table.forms(spelling);
    }

    /** Whether a value is the same on both sides. */
    boolean same(int column, SnapshotRows source, TargetRows target) {
        if (source.isNull(column) || target.isNull(column)) {
            return source.isNull(column) && target.isNull(column);
        }
        if (source.isLong(column) || target.isLong(column)) {
            left.clear();
            right.clear();
            canonical(source, column, left);
            canonical(target, column, right);
            return left.sameAs(right);
        }
        return forms[column].same(source, column, target.buffer(), target.offset(column), target.length(column), left,
                right);
    }

    /** Writes a source value's canonical form. */
    void canonical(SnapshotRows source, int column, Canonical out) {
        if (source.isNull(column)) {
            out.nothing();
        } else if (source.isLong(column)) {
            out.bytes(source.buffer(), source.offset(column), source.length(column));
        } else {
            forms[column].source(source, column, out);
        }
    }

    /** Writes a target value's canonical form. */
    void canonical(TargetRows target, int column, Canonical out) {
        if (target.isNull(column)) {
            out.nothing();
        } else if (target.isLong(column)) {
            out.bytes(target.buffer(), target.offset(column), target.length(column));
        } else {
            forms[column].target(target.buffer(), target.offset(column), target.length(column), out);
        }
    }

    /** A source value for a person, with the reason where it has no meaning under the plan; null for NULL. */
    @Nullable
    String show(SnapshotRows source, int column) {
        String shown = Shown.source(source, column);
        if (shown == null || source.isLong(column)) {
            return shown;
        }
        left.clear();
        forms[column].source(source, column, left);
        return left.whyUnreadable() == null ? shown : shown + " (" + left.whyUnreadable() + ")";
    }

    /** A target value for a person; null for NULL. */
    @Nullable
    String show(TargetRows target, int column) {
        if (target.isNull(column)) {
            return null;
        }
        return target.isLong(column)
                ? Shown.digest(target.buffer(), target.offset(column), target.length(column), "")
                : forms[column].show(target.buffer(), target.offset(column), target.length(column));
    }

    /** What names a source row. */
    String key(SnapshotRows source) {
        return key(column -> Shown.source(source, column));
    }

    /** What names a target row. */
    String key(TargetRows target) {
        return key(column -> show(target, column));
    }

    private String key(IntFunction<@Nullable String> shown) {
        if (table.keys() == 0) {
            return row(shown);
        }
        if (table.keys() == 1) {
            return Shown.cut(Objects.requireNonNullElse(shown.apply(0), "NULL"));
        }
        var key = new StringBuilder("(");
        for (int column = 0; column < table.keys(); column++) {
            key.append(column == 0 ? "" : ", ").append(Objects.requireNonNullElse(shown.apply(column), "NULL"));
        }
        return Shown.cut(key.append(')').toString());
    }

    private String row(IntFunction<@Nullable String> shown) {
        var row = new StringBuilder();
        for (int column = 0; column < forms.length && row.length() < 400; column++) {
            row.append(column == 0 ? "" : ", ").append(table.columns().get(column).plan().source()).append('=')
                    .append(Objects.requireNonNullElse(shown.apply(column), "NULL"));
        }
        return Shown.cut(row.toString());
    }

    /** A source row that the target does not have. */
    Difference missing(SnapshotRows source) {
        return new Difference(Difference.Kind.MISSING, table.name(), key(source), null,
                row(column -> Shown.source(source, column)), null);
    }

    /** A target row that the source does not have. */
    Difference extra(TargetRows target) {
        return new Difference(Difference.Kind.EXTRA, table.name(), key(target), null, null,
                row(column -> show(target, column)));
    }

    /** A value that differs. */
    Difference changed(String key, int column, @Nullable String source, @Nullable String target) {
        return new Difference(Difference.Kind.CHANGED, table.name(), key, table.columns().get(column).plan().source(),
                source, target);
    }
}
