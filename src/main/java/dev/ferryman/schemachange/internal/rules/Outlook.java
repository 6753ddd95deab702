package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.internal.parse.ParsedStatement;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.Catalog;
import java.util.HashSet;
import java.util.List;
import java.util.ArrayList;
import java.util.Set;

/** What a script does in all, for rules that ask whether something is made up for later. */
final class Outlook {
    private final List<Planned> indexes = new ArrayList<>();
    private final Set<String> keyed = new HashSet<>();

    private record Planned(String table, List<String> columns) {}

    Outlook(List<ParsedStatement> statements, Catalog catalog) {
        for (ParsedStatement statement : statements) {
            Tree tree = statement.tree();
            switch (tree.kind()) {
                case "IndexStmt" -> {
                    if (!tree.has("whereClause")) {
                        plan(catalog.table(tree.struct("relation")).name(), IndexRules.columns(tree));
                    }
                }
                case "AlterTableStmt" -> tree.list("cmds").stream().flatMap(each -> each.child("def").stream())
                        .forEach(each -> constraint(catalog.table(tree.struct("relation")).name(), each));
                case "CreateStmt" -> tree.list("tableElts")
                        .forEach(each -> constraint(catalog.table(tree.struct("relation")).name(), each));
                default -> {
                }
            }
        }
    }

    private void constraint(String table, Tree constraint) {
        String kind = constraint.text("contype");
        if (kind.equals("CONSTR_PRIMARY")) {
            keyed.add(table);
        }
        if (kind.equals("CONSTR_PRIMARY") || kind.equals("CONSTR_UNIQUE")) {
            plan(table, constraint.names("keys"));
        }
    }

    private void plan(String table, List<String> columns) {
        indexes.add(new Planned(table, columns));
    }

    boolean indexes(String table, List<String> columns) {
        return indexes.stream().anyMatch(each -> each.table().equals(table)
                && each.columns().size() >= columns.size()
                && each.columns().subList(0, columns.size()).containsAll(columns));
    }

    boolean hasKey(String table) {
        return keyed.contains(table);
    }
}
