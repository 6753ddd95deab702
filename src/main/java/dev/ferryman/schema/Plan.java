package dev.ferryman.schema;

import java.util.List;

/**
 * What a source becomes in a target: decisions only, derived from the source's schema, the profile of its values and,
 * in {@link SchemaMode#EXISTING}, the target's schema. The same inputs give the same plan, byte for byte.
 *
 * @param version format of the plan, now {@link #VERSION}
 * @param mode where the target's schema comes from
 * @param preamble statements to run before the tables are created, such as {@code CREATE EXTENSION IF NOT EXISTS}
 * @param tables tables in the order in which they may be loaded: parents of foreign keys before their children where
 *        there is no cycle
 * @param sequences sequences and identities to set after the load
 * @param views views to create once everything else is there, in order (created mode only)
 * @param decisions what does not fit and what is done about it, in a stable order
 * @param findings everything the plan has to say, in a stable order
 */
public record Plan(int version, SchemaMode mode, List<String> preamble, List<TablePlan> tables,
        List<SequencePlan> sequences, List<ViewPlan> views, List<Decision> decisions, List<Finding> findings) {
    /** The format that is written now. */
    public static final int VERSION = 2;

    /** A plan without anything to decide. */
    public Plan(int version, SchemaMode mode, List<String> preamble, List<TablePlan> tables,
            List<SequencePlan> sequences, List<Finding> findings) {
        this(version, mode, preamble, tables, sequences, List.of(), List.of(), findings);
    }

    public Plan {
        preamble = List.copyOf(preamble);
        tables = List.copyOf(tables);
        sequences = List.copyOf(sequences);
        views = List.copyOf(views);
        decisions = List.copyOf(decisions);
        findings = List.copyOf(findings);
    }

    /** Whether rows may go to quarantine; only ever because a person has said so. */
    public boolean quarantines() {
        return tables.stream().anyMatch(table -> !table.quarantine().isEmpty());
    }

    /** Whether nothing forbids the copy. */
    public boolean possible() {
        return findings.stream().noneMatch(f -> f.severity() == Finding.Severity.BLOCKER);
    }
}
