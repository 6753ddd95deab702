package dev.ferryman.schema;

import java.util.List;

/**
 * What a source becomes in a target: decisions only, derived from the source's schema, the profile of its values and,
 * in {@link SchemaMode#EXISTING}, the target's schema. The same inputs give the same plan, byte for byte.
 *
 * @param version format of the plan, now 1
 * @param mode where the target's schema comes from
 * @param preamble statements to run before the tables are created, such as {@code CREATE EXTENSION IF NOT EXISTS}
 * @param tables tables in the order in which they may be loaded: parents of foreign keys before their children where
 *        there is no cycle
 * @param sequences sequences and identities to set after the load
 * @param findings everything the plan has to say, in a stable order
 */
public record Plan(int version, SchemaMode mode, List<String> preamble, List<TablePlan> tables,
        List<SequencePlan> sequences, List<Finding> findings) {
    public Plan {
        preamble = List.copyOf(preamble);
        tables = List.copyOf(tables);
        sequences = List.copyOf(sequences);
        findings = List.copyOf(findings);
    }

    /** Whether nothing forbids the copy. */
    public boolean possible() {
        return findings.stream().noneMatch(f -> f.severity() == Finding.Severity.BLOCKER);
    }
}
