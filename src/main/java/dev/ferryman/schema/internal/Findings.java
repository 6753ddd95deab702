package dev.ferryman.schema.internal;

import dev.ferryman.schema.Finding;
import dev.ferryman.schema.Finding.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what a plan has to say and puts it into its stable order: what forbids the copy first. */
final class Findings {
    private final List<Finding> findings = new ArrayList<>();

    void info(@Nullable String table, @Nullable String column, String code, String message) {
        add(Severity.INFO, table, column, code, message, 0, List.of());
    }

    void warning(@Nullable String table, @Nullable String column, String code, String message) {
        add(Severity.WARNING, table, column, code, message, 0, List.of());
    }

    void blocker(@Nullable String table, @Nullable String column, String code, String message) {
        add(Severity.BLOCKER, table, column, code, message, 0, List.of());
    }

    /** Something that stays behind, with its statement. */
    void left(String table, String code, String message, @Nullable String sql) {
        findings.add(new Finding(Severity.WARNING, table, null, code, message, 0, List.of(), sql));
    }

    void add(Severity severity, @Nullable String table, @Nullable String column, String code, String message,
            long count, List<String> exampleKeys) {
        findings.add(new Finding(severity, table, column, code, message, count, exampleKeys));
    }

    /** Takes over what another has collected. */
    void addAll(Findings others) {
        findings.addAll(others.findings);
    }

    /** What was collected, as it came. */
    List<Finding> all() {
        return List.copyOf(findings);
    }

    List<Finding> sorted() {
        return findings.stream()
                .sorted(Comparator.comparing(Finding::severity).reversed().thenComparing(f -> text(f.table()))
                        .thenComparing(f -> text(f.column())).thenComparing(Finding::code)
                        .thenComparing(Finding::message))
                .toList();
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
