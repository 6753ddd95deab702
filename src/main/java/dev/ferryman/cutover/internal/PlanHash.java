package dev.ferryman.cutover.internal;

import dev.ferryman.schema.Finding;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SequencePlan;
import dev.ferryman.schema.TablePlan;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/**
 * The hash that sign-offs are bound to. It covers what was decided, not what was counted: rows, high-water marks and the
 * counts of findings grow while the application writes, and a sign-off must outlive that.
 */
final class PlanHash {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PlanHash() {}

    private record Decided(String severity, String table, String column, String code) {
        static Decided by(Finding finding) {
            return new Decided(finding.severity().name(), Objects.toString(finding.table(), ""),
                    Objects.toString(finding.column(), ""), finding.code());
        }
    }

    static String of(Plan plan) {
        List<TablePlan> tables = plan.tables().stream().map(PlanHash::decisions).toList();
        List<SequencePlan> sequences = plan.sequences().stream()
                .map(sequence -> new SequencePlan(sequence.table(), sequence.column(), 0)).toList();
        List<Object> decided = List.of(plan.version(), plan.mode(), plan.preamble(), tables, sequences,
                plan.findings().stream().map(Decided::by).distinct().toList());
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(JSON.writeValueAsString(decided).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TablePlan decisions(TablePlan table) {
        return new TablePlan(table.source(), table.targetSchema(), table.target(), table.withoutRowid(),
                table.rowidAlias(), table.key(), table.columns(), table.createSql(), table.afterLoad(), 0);
    }
}
