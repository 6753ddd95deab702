package dev.ferryman.schema;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Names the decisions of a plan: what a sign-off is bound to ({@code DESIGN.md} § 3). Counts, examples, high-water marks
 * and the wording of explanations are no decisions, so that new rows which change nothing leave a sign-off alive.
 */
public final class PlanHash {
    private PlanHash() {}

    /** SHA-256 of the decisions as 64 hex digits. */
    public static String of(Plan plan) {
        var decisions = new Plan(plan.version(), plan.mode(), plan.preamble(),
                plan.tables().stream().map(PlanHash::decisions).toList(),
                plan.sequences().stream().map(s -> new SequencePlan(s.table(), s.column(), 0)).toList(),
                plan.views(), plan.decisions().stream().map(PlanHash::decision).toList(),
                plan.findings().stream()
                        .map(f -> new Finding(f.severity(), f.table(), f.column(), f.code(), "", 0, List.of(),
                                f.sql()))
                        .distinct()
                        .toList());
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(PlanJson.write(decisions).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static TablePlan decisions(TablePlan table) {
        return new TablePlan(table.source(), table.targetSchema(), table.target(), table.withoutRowid(),
                table.rowidAlias(), table.key(), table.columns().stream().map(PlanHash::decisions).toList(),
                table.createSql(), table.afterLoad(), table.quarantine().stream().map(PlanHash::rule).toList(),
                table.replace(), 0);
    }

    private static ColumnPlan decisions(ColumnPlan column) {
        return new ColumnPlan(column.source(), column.target(), column.declaredType(), column.type(),
                column.conversion(), column.notNull(), column.defaultSql(), column.generatedSql(), column.identity(),
                column.emptyAsNull(), column.collation(), "");
    }

    private static QuarantineRule rule(QuarantineRule rule) {
        return new QuarantineRule(rule.kind(), rule.columns(), "", rule.condition(), rule.parent(),
                rule.parentColumns(), rule.accepted());
    }

    /** Which of the options was taken; whether by a person or by default leads to the same copy. */
    private static Decision decision(Decision decision) {
        return new Decision(decision.kind(), decision.table(), decision.column(), decision.subject(), "", 0, List.of(),
                List.of(new Decision.Option(decision.chosen(), "")), decision.chosen(), decision.chosen(), false);
    }
}
