package dev.ferryman.replication.internal;

import dev.ferryman.schema.SourceTable;
import dev.ferryman.schema.SourceTable.IndexPart;
import dev.ferryman.schema.SourceTable.SourceColumn;
import dev.ferryman.schema.SourceTable.SourceIndex;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A rule by which a new row displaces others.
 *
 * @param match SQL condition of a BEFORE trigger: the rows of the table that the new row collides with
 * @param touched SQL condition: the update changes something this rule looks at
 */
record Uniqueness(String match, String touched) {

    static Uniqueness ofRowid(String rowid) {
        String name = Names.quote(rowid);
        return new Uniqueness(name + " = new." + name, "new." + name + " IS NOT old." + name);
    }

    static Uniqueness of(SourceTable table, SourceIndex index) {
        List<String> conditions = new ArrayList<>();
        Set<String> columns = new LinkedHashSet<>();
        for (IndexPart part : index.parts()) {
            String column = part.column();
            if (column != null) {
                SourceColumn declared = table.column(column);
                String collation = declared != null && declared.collation().equals(part.collation())
                        ? ""
                        : " COLLATE " + part.collation();
                conditions.add(Names.quote(column) + collation + " = " + written(table, column));
                columns.add(column);
            } else {
                String expression = String.valueOf(part.expressionSql());
                conditions.add(ofExpression(table, part, expression));
                columns.addAll(mentioned(table, expression));
            }
        }
        String where = index.whereSql();
        if (where != null) {
            // The condition lets SQLite use the index. A new row that does not meet it costs a key too many.
            conditions.add("(" + where + ")");
            columns.addAll(mentioned(table, where));
        }
        return new Uniqueness(String.join(" AND ", conditions), columns.isEmpty()
                ? "1"
                : columns.stream().map(Names::quote)
                        .map(name -> "new." + name + " COLLATE BINARY IS NOT old." + name)
                        .collect(Collectors.joining(" OR ")));
    }

    /** An expression over the new row: its columns under their own names, so that the index's text stays as it is. */
    private static String ofExpression(SourceTable table, IndexPart part, String expression) {
        String collation = part.collation().equals("BINARY")
                || expression.toUpperCase(Locale.ROOT).contains("COLLATE")
                        ? ""
                        : " COLLATE " + part.collation();
        List<String> columns = mentioned(table, expression);
        String row = columns.isEmpty()
                ? ""
                : " FROM (SELECT " + columns.stream().map(c -> written(table, c) + " AS " + Names.quote(c))
                        .collect(Collectors.joining(", ")) + ") AS " + Names.quote(table.name());
        return "(" + expression + ")" + collation + " = (SELECT (" + expression + ")" + row + ")";
    }

    /** The value that will be stored: under OR REPLACE a NULL becomes the default of a NOT NULL column. */
    private static String written(SourceTable table, String column) {
        String value = "new." + Names.quote(column);
        SourceColumn declared = table.column(column);
        return declared != null && declared.notNull() && declared.defaultSql() != null
                ? "ifnull(" + value + ", (" + declared.defaultSql() + "))"
                : value;
    }

    /** Columns whose names stand in an expression; one too many does no harm. */
    private static List<String> mentioned(SourceTable table, String expression) {
        return table.columns().stream().map(SourceColumn::name).filter(name -> Pattern
                .compile("(?<![\\p{L}\\p{N}_$])" + Pattern.quote(name.replace("\"", "\"\"")) + "(?![\\p{L}\\p{N}_$])",
                        Pattern.CASE_INSENSITIVE)
                .matcher(expression).find()).toList();
    }
}
