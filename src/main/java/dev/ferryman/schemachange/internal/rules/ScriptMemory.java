package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.Catalog;
import dev.ferryman.schemachange.internal.target.KnownColumn;
import dev.ferryman.schemachange.internal.target.KnownConstraint;
import dev.ferryman.schemachange.internal.target.KnownIndex;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.List;

/** Makes the catalog what it is after a statement, so that the next one is judged by it. */
final class ScriptMemory {
    private final Catalog catalog;
    private final Session session;

    ScriptMemory(Catalog catalog, Session session) {
        this.catalog = catalog;
        this.session = session;
    }

    void remember(Tree tree) {
        switch (tree.kind()) {
            case "CreateStmt" -> create(tree);
            case "CreateTableAsStmt" -> created(catalog.table(tree.struct("into").struct("rel")),
                    tree.text("objtype").equals("OBJECT_MATVIEW") ? 'm' : 'r');
            case "ViewStmt" -> created(catalog.table(tree.struct("view")), 'v');
            case "CreateSeqStmt" -> created(catalog.table(tree.struct("sequence")), 'S');
            case "IndexStmt" -> index(catalog.table(tree.struct("relation")), tree.text("idxname"),
                    IndexRules.columns(tree), tree.flag("unique"), !tree.has("whereClause"));
            case "AlterTableStmt" -> tree.list("cmds")
                    .forEach(each -> alter(catalog.table(tree.struct("relation")), each));
            case "DropStmt" -> drop(tree);
            case "RenameStmt" -> rename(tree);
            default -> {
            }
        }
    }

    private static void created(KnownTable table, char kind) {
        if (!table.known()) {
            table.markCreated(kind);
        }
    }

    private void create(Tree tree) {
        KnownTable table = catalog.table(tree.struct("relation"));
        created(table, tree.has("partspec") ? 'p' : 'r');
        for (Tree element : tree.list("tableElts")) {
            if (element.is("ColumnDef")) {
                column(table, element);
            } else if (element.is("Constraint")) {
                constraint(table, element);
            }
        }
    }

    private void column(KnownTable table, Tree column) {
        String name = column.text("colname");
        boolean notNull = NewColumnRules.constraint(column, "CONSTR_NOTNULL").isPresent()
                || NewColumnRules.constraint(column, "CONSTR_PRIMARY").isPresent();
        table.columns().put(name, new KnownColumn(name, SqlText.typeName(column.struct("typeName")),
                SqlText.modifiers(column.struct("typeName")), notNull));
        for (String kind : List.of("CONSTR_PRIMARY", "CONSTR_UNIQUE")) {
            NewColumnRules.constraint(column, kind)
                    .ifPresent(each -> index(table, each.text("conname"), List.of(name), true, true));
        }
    }

    private void index(KnownTable table, String name, List<String> columns, boolean unique, boolean whole) {
        catalog.index(table, new KnownIndex(name, columns, unique, whole, true, 0, 0));
    }

    private void constraint(KnownTable table, Tree constraint) {
        String name = constraint.text("conname");
        boolean validated = !constraint.flag("skip_validation");
        char kind = switch (constraint.text("contype")) {
            case "CONSTR_FOREIGN" -> 'f';
            case "CONSTR_PRIMARY" -> 'p';
            case "CONSTR_UNIQUE" -> 'u';
            case "CONSTR_EXCLUSION" -> 'x';
            case "CONSTR_NOTNULL" -> 'n';
            default -> 'c';
        };
        List<String> columns = kind == 'f' ? constraint.names("fk_attrs") : constraint.names("keys");
        String notNull = kind == 'n'
                ? columns.getFirst()
                : constraint.child("raw_expr").map(Expressions::notNullColumn).orElse("");
        String refers = kind == 'f' ? catalog.table(constraint.struct("pktable")).name() : "";
        table.constraints().add(new KnownConstraint(name, kind, columns, refers, notNull, validated));
        if ((kind == 'p' || kind == 'u') && constraint.text("indexname").isEmpty()) {
            index(table, name, columns, true, true);
        }
        session.add(table.name() + "/" + name);
    }

    private void alter(KnownTable table, Tree command) {
        String name = command.text("name");
        switch (command.text("subtype")) {
            case "AT_AddColumn" -> column(table, command.child("def").orElseThrow());
            case "AT_AddConstraint" -> constraint(table, command.child("def").orElseThrow());
            case "AT_DropColumn" -> table.columns().remove(name);
            case "AT_DropConstraint" -> table.constraints().removeIf(each -> each.name().equals(name));
            case "AT_ValidateConstraint" -> table.constraints().replaceAll(each -> each.name().equals(name)
                    ? new KnownConstraint(name, each.kind(), each.columns(), each.refers(), each.notNullColumn(), true)
                    : each);
            case "AT_SetNotNull" -> notNull(table, name, true);
            case "AT_DropNotNull" -> notNull(table, name, false);
            case "AT_AlterColumnType" -> {
                Tree type = command.child("def").orElseThrow().struct("typeName");
                table.columns().computeIfPresent(name, (_, old) -> new KnownColumn(name, SqlText.typeName(type),
                        SqlText.modifiers(type), old.notNull()));
            }
            default -> {
            }
        }
    }

    private static void notNull(KnownTable table, String column, boolean notNull) {
        table.columns().computeIfPresent(column,
                (_, old) -> new KnownColumn(column, old.type(), old.modifiers(), notNull));
    }

    private void drop(Tree tree) {
        for (Tree object : tree.list("objects")) {
            List<String> parts = object.names("items");
            if (parts.isEmpty()) {
                continue;
            }
            String name = String.join(".", parts.stream().map(SqlText::name).toList());
            switch (tree.text("removeType")) {
                case "OBJECT_INDEX" -> catalog.forgetIndex(name);
                case "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW" -> catalog.forget(name);
                default -> {
                }
            }
        }
    }

    private void rename(Tree tree) {
        KnownTable table = catalog.table(tree.struct("relation"));
        switch (tree.text("renameType")) {
            case "OBJECT_TABLE" -> catalog.rename(table.name(), SqlText.name(tree.text("newname")));
            case "OBJECT_COLUMN" -> {
                KnownColumn column = table.columns().remove(tree.text("subname"));
                if (column != null) {
                    table.columns().put(tree.text("newname"), new KnownColumn(tree.text("newname"), column.type(),
                            column.modifiers(), column.notNull()));
                }
            }
            default -> {
            }
        }
    }
}
