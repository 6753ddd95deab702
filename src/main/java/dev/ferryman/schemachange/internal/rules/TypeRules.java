package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.Risk;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.Undo;
import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownTable;
import java.util.List;
import java.util.Set;

/** Types: enums, domains, composites. */
final class TypeRules implements StatementRules {
    @Override
    public Set<String> kinds() {
        return Set.of("CreateEnumStmt", "AlterEnumStmt", "CreateDomainStmt", "AlterDomainStmt", "CompositeTypeStmt",
                "CreateRangeStmt", "AlterTypeStmt");
    }

    @Override
    public void review(Verdict verdict) {
        Tree statement = verdict.surroundings().tree();
        switch (statement.kind()) {
            case "AlterEnumStmt" -> alterEnum(verdict, statement);
            case "AlterDomainStmt" -> alterDomain(verdict, statement);
            case "AlterTypeStmt" -> {
                verdict.does("change settings of type " + last(statement.names("typeName")));
                verdict.undo(Undo.Way.STATEMENT, "Set the old value again.");
            }
            default -> create(verdict, statement);
        }
    }

    private static String last(List<String> names) {
        return names.isEmpty() ? "" : SqlText.name(names.getLast());
    }

    private static void create(Verdict verdict, Tree statement) {
        boolean domain = statement.is("CreateDomainStmt");
        String name = domain
                ? last(statement.names("domainname"))
                : statement.is("CompositeTypeStmt")
                        ? SqlText.relation(statement.struct("typevar"))
                        : last(statement.names("typeName"));
        verdict.does("create " + (domain ? "domain " : "type ") + name);
        verdict.undo(Undo.Way.STATEMENT, "DROP " + (domain ? "DOMAIN " : "TYPE ") + name + ";");
        if (domain && statement.list("constraints").stream()
                .anyMatch(each -> each.text("contype").equals("CONSTR_CHECK"))) {
            verdict.find(Rule.DOMAIN_CONSTRAINT, Risk.LOW, statement,
                    "A check of a domain is hard to change once tables use it.",
                    "Put the check on the column, where it can be added as NOT VALID.");
        }
    }

    private static void alterEnum(Verdict verdict, Tree statement) {
        String type = last(statement.names("typeName"));
        String value = statement.text("newVal");
        if (!statement.text("oldVal").isEmpty()) {
            verdict.does("rename a value of enum " + type);
            verdict.undo(Undo.Way.STATEMENT, "ALTER TYPE " + type + " RENAME VALUE '" + value + "' TO '"
                    + statement.text("oldVal") + "';");
            verdict.oldCode(Answer.NO, "Code that uses '" + statement.text("oldVal") + "' fails.");
            verdict.find(Rule.ENUM_RENAME, statement,
                    "Code that uses '" + statement.text("oldVal") + "' fails at once.",
                    "Add the new value, change the rows in batches, and let the old one be.");
            return;
        }
        verdict.does("add '" + value + "' to enum " + type);
        verdict.undo(Undo.Way.BACKUP, "A value cannot be removed; make a new type and change the columns over.");
        verdict.oldCode(Answer.DEPENDS, "It has to cope with reading '" + value + "'.");
        verdict.find(Rule.ENUM_VALUE, statement, "The value never goes away again, and old code may read it.", "");
        if (statement.text("newValNeighbor").isEmpty()) {
            verdict.find(Rule.ENUM_ORDER, statement, "'" + value + "' is sorted behind all others for ever.",
                    "Say BEFORE or AFTER which value.");
        }
    }

    private static void alterDomain(Verdict verdict, Tree statement) {
        String domain = last(statement.names("typeName"));
        verdict.does("change domain " + domain);
        verdict.undo(Undo.Way.STATEMENT, "Set the old value again.");
        // One letter each, as PostgreSQL's AlterDomainStmt has it: C adds a constraint, O is SET NOT NULL, V validates.
        boolean reads = switch (statement.text("subtype")) {
            case "C" -> statement.child("def").map(each -> !each.flag("skip_validation")).orElse(true);
            case "O", "V" -> true;
            default -> false;
        };
        if (reads) {
            verdict.catalog().tables().stream().filter(table -> table.columns().values().stream()
                    .anyMatch(column -> SqlText.name(column.type()).equals(domain)))
                    .forEach(table -> reads(verdict, table));
            verdict.oldCode(Answer.DEPENDS, "Its writes must keep the constraint.");
            verdict.find(Rule.DOMAIN_CONSTRAINT, statement, "Every table with a column of " + domain
                    + " is read while its writers wait.",
                    "Add it as NOT VALID, and validate it when few write; or put the check on the column.");
        }
    }

    private static void reads(Verdict verdict, KnownTable table) {
        verdict.lock(table, LockMode.SHARE);
        verdict.scans(table, Answer.YES);
    }

    static void alterComposite(Verdict verdict, Tree statement) {
        String name = SqlText.relation(statement.struct("relation"));
        verdict.does("change composite type " + name);
        verdict.lock(name, LockMode.ACCESS_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, "Change it back; what was stored in a dropped attribute is lost.");
        verdict.oldCode(Answer.DEPENDS, "It has to read the type in both forms.");
        verdict.find(Rule.TYPE_ALTERED, statement,
                "Tables whose column is of this type make PostgreSQL refuse a change "
                        + "of an attribute's type; functions and code have to fit both forms.",
                "");
    }
}
