package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.LockMode;
import dev.ferryman.schemachange.OldCode;
import dev.ferryman.schemachange.Risk;
import dev.ferryman.schemachange.Rule;
import dev.ferryman.schemachange.Undo;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.Catalog;
import dev.ferryman.schemachange.internal.target.KnownTable;
import dev.ferryman.schemachange.internal.target.ReadSpeed;
import dev.ferryman.schemachange.internal.target.TableSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** What the rules have found out about one statement so far. */
final class Verdict {
    /** Everybody who waits behind a lock notices this. */
    private static final Duration NOTICEABLE = Duration.ofSeconds(5);

    private final Surroundings surroundings;
    private final List<String> does = new ArrayList<>();
    private final Map<String, LockMode> locks = new LinkedHashMap<>();
    private final List<Spoken> findings = new ArrayList<>();
    private Answer rewrite = Answer.NO;
    private Answer scan = Answer.NO;
    private Duration held = Duration.ZERO;
    private OldCode oldCode = OldCode.WORKS;
    private Undo undo = new Undo(Undo.Way.NOTHING, "");

    /**
     * A finding before its place is turned into line and column.
     *
     * @param location in bytes from the start of the script, -1 for the statement's first word
     */
    record Spoken(Rule rule, Risk risk, int location, String what, String safer) {}

    Verdict(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Catalog catalog() {
        return surroundings.catalog();
    }

    /** Adds to what the statement does; said as a verb with its object. */
    void does(String what) {
        does.add(what);
    }

    /** A lock on something that others can see. */
    void lock(KnownTable table, LockMode mode) {
        if (!table.created()) {
            lock(table.name(), mode);
        }
    }

    void lock(String relation, LockMode mode) {
        locks.merge(relation, mode, LockMode::orStronger);
    }

    /** A lock on a table and on every partition or heir below it. */
    void lockTree(KnownTable table, LockMode mode) {
        lock(table, mode);
        if (!only(table)) {
            table.children().forEach(child -> lockTree(catalog().table(child), mode));
        }
    }

    /** Whether the statement says ONLY of this table: its partitions and heirs are left alone. */
    private boolean only(KnownTable table) {
        Tree tree = surroundings.tree();
        Tree relation = tree.struct("relation");
        return (tree.is("AlterTableStmt") || tree.is("IndexStmt")) && !relation.flag("inh")
                && catalog().table(relation).equals(table);
    }

    /** What has rows of its own below it, and none itself, is neither read nor written where ONLY it is meant. */
    private boolean empty(KnownTable table) {
        return table.kind() == 'p' && only(table);
    }

    /** The table's file is written anew. */
    void rewrites(KnownTable table, Answer certainty) {
        if (!table.created() && !empty(table)) {
            rewrite = rewrite.or(certainty);
            scans(table, certainty);
            hold(table, ReadSpeed::rewrite);
        }
    }

    /** The table is read from end to end. */
    void scans(KnownTable table, Answer certainty) {
        if (!table.created() && !empty(table)) {
            scan = scan.or(certainty);
            hold(table, ReadSpeed::scan);
        }
    }

    /** An index on the table is built. */
    void builds(KnownTable table) {
        scans(table, Answer.YES);
        hold(table, ReadSpeed::build);
    }

    /** An index's file, or a view's, is written anew; its table is not. */
    void writesAnew() {
        rewrite = Answer.YES;
    }

    /** The table's files are copied page by page. */
    void copies(KnownTable table) {
        if (!table.created()) {
            rewrite = Answer.YES;
            hold(table, ReadSpeed::rewrite);
        }
    }

    private void hold(KnownTable table, BiFunction<ReadSpeed, TableSize, Duration> time) {
        Duration needed = Duration.ZERO;
        if (catalog().speed().isPresent()) {
            for (KnownTable each : tree(table)) {
                needed = needed.plus(each.size().map(size -> time.apply(catalog().speed().get(), size))
                        .orElse(Duration.ZERO));
            }
        }
        if (needed.compareTo(held) > 0) {
            held = needed;
        }
    }

    private List<KnownTable> tree(KnownTable table) {
        List<KnownTable> all = new ArrayList<>(List.of(table));
        if (only(table)) {
            return all;
        }
        table.children().forEach(child -> all.addAll(tree(catalog().table(child))));
        return all;
    }

    /** Old code does not keep working, or only under a condition. The worse of two answers stays. */
    void oldCode(Answer works, String why) {
        if (works.compareTo(oldCode.works()) < 0) {
            oldCode = new OldCode(works, why);
        }
    }

    /** How this is undone; of several, the worst stays and the statements are joined. */
    void undo(Undo.Way way, String how) {
        if (way == undo.way() && !undo.how().isEmpty()) {
            undo = new Undo(way, how + "\n" + undo.how());
        } else if (way.compareTo(undo.way()) > 0) {
            undo = new Undo(way, how);
        }
    }

    /** A finding in its rule's usual class. */
    void find(Rule rule, Tree at, String what, String safer) {
        find(rule, rule.risk(), at, what, safer);
    }

    /** A finding in a class of its own. */
    void find(Rule rule, Risk risk, Tree at, String what, String safer) {
        findings.add(new Spoken(rule, risk, at.location(), what, safer));
    }

    /**
     * A finding about a lock that is held for as long as the table is read or written: nothing where the script made the
     * table, low where the target shows it to be small, high where it takes longer than people wait.
     */
    void findForSize(Rule rule, KnownTable table, Tree at, String what, String safer) {
        if (table.created()) {
            return;
        }
        Risk risk = rule.risk();
        boolean small = table.size().isPresent()
                && tree(table).stream().allMatch(each -> each.size().map(TableSize::small).orElse(true));
        if (small) {
            risk = Risk.LOW;
        } else if (held.compareTo(NOTICEABLE) > 0) {
            risk = Risk.HIGH;
        }
        find(rule, risk, at, what, safer);
    }

    String doing() {
        return String.join("; ", does);
    }

    Map<String, LockMode> locks() {
        return locks;
    }

    Answer rewrite() {
        return rewrite;
    }

    Answer scan() {
        return scan;
    }

    Duration held() {
        return held;
    }

    OldCode oldCode() {
        return oldCode;
    }

    Undo undo() {
        return undo;
    }

    List<Spoken> findings() {
        return findings;
    }
}
