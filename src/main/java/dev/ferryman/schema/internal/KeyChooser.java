package dev.ferryman.schema.internal;

import dev.ferryman.schema.Profile.Violation;
import dev.ferryman.schema.SourceTable.Origin;
import dev.ferryman.schema.SourceTable.SourceIndex;
import dev.ferryman.schema.TableKey;
import java.util.ArrayList;
import java.util.List;

/** Chooses what identifies a table's rows: its primary key, or else a UNIQUE over columns that are never NULL. */
final class KeyChooser {
    private final TableDraft draft;
    private final boolean utf8;

    KeyChooser(TableDraft draft, boolean utf8) {
        this.draft = draft;
        this.utf8 = utf8;
    }

    TableKey choose() {
        var primary = draft.source.primaryKey();
        if (!primary.isEmpty() && isKey(primary) && !isAmbiguous(Origin.PRIMARY_KEY)) {
            return key(primary);
        }
        for (var i = 0; i < draft.source.indexes().size(); i++) {
            var index = draft.source.indexes().get(i);
            var columns = columns(index);
            if (index.unique() && !index.partial() && columns.size() == index.parts().size() && isKey(columns)
                    && columns.stream().allMatch(this::isNotNull)
                    && draft.profile.violation(Violation.Kind.DUPLICATE_AS_TEXT, i) == null) {
                return key(columns);
            }
        }
        return TableKey.none();
    }

    private boolean isAmbiguous(Origin origin) {
        for (var i = 0; i < draft.source.indexes().size(); i++) {
            if (draft.source.indexes().get(i).origin() == origin
                    && draft.profile.violation(Violation.Kind.DUPLICATE_AS_TEXT, i) != null) {
                return true;
            }
        }
        return false;
    }

    private boolean isKey(List<String> columns) {
        return columns.stream().allMatch(name -> draft.column(name) != null && !draft.hasNulls(name));
    }

    private boolean isNotNull(String name) {
        var column = draft.source.column(name);
        return column != null && column.notNull();
    }

    private TableKey key(List<String> columns) {
        return new TableKey(columns, columns.stream().allMatch(name -> draft.sameOrder(name, utf8)));
    }

    /** Names of the columns of an index; fewer than its parts where it has expressions. */
    static List<String> columns(SourceIndex index) {
        var names = new ArrayList<String>();
        for (var part : index.parts()) {
            if (part.column() != null) {
                names.add(part.column());
            }
        }
        return names;
    }
}
