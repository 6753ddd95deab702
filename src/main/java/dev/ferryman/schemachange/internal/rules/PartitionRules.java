package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.Undo;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.KnownTable;

/** Partitions attached and detached. */
final class PartitionRules {
    private PartitionRules() {}

    static void attach(Verdict verdict, KnownTable table, Tree command) {
        Tree definition = command.child("def").orElseThrow();
        KnownTable partition = verdict.catalog().table(definition.struct("name"));
        verdict.does("attach partition " + partition.name() + " to " + table.name());
        verdict.lock(table, LockMode.SHARE_UPDATE_EXCLUSIVE);
        verdict.lockTree(partition, LockMode.ACCESS_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, AlterTableRules.alter(table) + "DETACH PARTITION " + partition.name()
                + " CONCURRENTLY;");
        boolean checked = checked(partition);
        verdict.scans(partition, checked ? Answer.DEPENDS : Answer.YES);
        if (!checked) {
            verdict.findForSize(Rule.PARTITION_ATTACH, partition, command, "All rows of " + partition.name()
                    + " are read, while nobody can use it, to see that they fit the bounds; those of a default partition "
                    + "too.",
                    AlterTableRules.alter(partition)
                            + "ADD CONSTRAINT fits CHECK (…the bounds, and IS NOT NULL…) NOT VALID;\n"
                            + AlterTableRules.alter(partition) + "VALIDATE CONSTRAINT fits;\n"
                            + "-- then attach, then drop the check");
        }
        intoRest(verdict, table, command);
    }

    private static boolean checked(KnownTable partition) {
        return partition.constraints().stream()
                .anyMatch(each -> each.kind() == 'c' && each.validated() && each.notNullColumn().isEmpty());
    }

    /** A new partition may not have rows that the default one holds: that one is locked and read. */
    static void intoRest(Verdict verdict, KnownTable table, Tree at) {
        table.defaultPartition().map(verdict.catalog()::table).ifPresent(rest -> {
            boolean checked = checked(rest);
            verdict.lockTree(rest, LockMode.ACCESS_EXCLUSIVE);
            verdict.scans(rest, checked ? Answer.DEPENDS : Answer.YES);
            if (!checked) {
                verdict.findForSize(Rule.PARTITION_ATTACH, rest, at, "All rows of the default partition " + rest.name()
                        + " are read, while nobody can use it, to see that none belongs into the new one.",
                        AlterTableRules.alter(rest) + "ADD CONSTRAINT none CHECK (NOT (…the new bounds…)) NOT VALID;\n"
                                + AlterTableRules.alter(rest) + "VALIDATE CONSTRAINT none;\n"
                                + "-- then add the partition, then drop the check");
            }
        });
    }

    static void detach(Verdict verdict, KnownTable table, Tree command) {
        Tree definition = command.child("def").orElseThrow();
        KnownTable partition = verdict.catalog().table(definition.struct("name"));
        boolean concurrently = definition.flag("concurrent");
        verdict.does("detach partition " + partition.name() + " from " + table.name()
                + (concurrently ? " without blocking" : ""));
        verdict.lock(table, concurrently ? LockMode.SHARE_UPDATE_EXCLUSIVE : LockMode.ACCESS_EXCLUSIVE);
        verdict.lock(partition, LockMode.ACCESS_EXCLUSIVE);
        verdict.undo(Undo.Way.STATEMENT, AlterTableRules.alter(table) + "ATTACH PARTITION " + partition.name()
                + " FOR VALUES …;");
        verdict.oldCode(Answer.DEPENDS, "Queries of " + table.name() + " no longer find these rows.");
        if (!concurrently) {
            verdict.find(Rule.PARTITION_DETACH, command, "Nobody reads or writes " + table.name()
                    + " while the lock is waited for and held.",
                    AlterTableRules.alter(table) + "DETACH PARTITION " + partition.name() + " CONCURRENTLY;");
        }
    }

    static void finishDetach(Verdict verdict, KnownTable table, Tree command) {
        KnownTable partition = verdict.catalog().table(command.child("def").orElseThrow().struct("name"));
        verdict.does("finish detaching partition " + partition.name() + " from " + table.name());
        verdict.lock(table, LockMode.SHARE_UPDATE_EXCLUSIVE);
        verdict.lock(partition, LockMode.ACCESS_EXCLUSIVE);
    }
}
