package dev.ferryman.schemachange;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A review as SARIF 2.1.0 (OASIS), which code hosts show beside the lines of a change. */
public final class ReviewSarif {
    private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

    private ReviewSarif() {}

    /** The log as a tree of maps and lists, to be written as JSON. */
    public static Map<String, Object> of(Review review) {
        List<Rule> rules = review.findings().map(Finding::rule).distinct().toList();
        Map<String, Object> driver = Map.of("name", "Ferryman", "rules",
                rules.stream().map(ReviewSarif::rule).toList());
        List<Map<String, Object>> results = review.findings()
                .map(finding -> result(review, finding, rules.indexOf(finding.rule()))).toList();
        return Map.of("$schema", SCHEMA, "version", "2.1.0", "runs", List.of(Map.of("tool", Map.of("driver", driver),
                "columnKind", "unicodeCodePoints", "results", results)));
    }

    private static Map<String, Object> rule(Rule rule) {
        return Map.of("id", rule.id(), "shortDescription", Map.of("text", rule.title()), "fullDescription",
                Map.of("text", rule.why()), "defaultConfiguration", Map.of("level", level(rule.risk())));
    }

    private static Map<String, Object> result(Review review, Finding finding, int rule) {
        String text = Stream.of(finding.what(), finding.safer().isEmpty() ? "" : "Safer: " + finding.safer())
                .filter(part -> !part.isEmpty()).reduce((a, b) -> a + "\n" + b).orElse("");
        Map<String, Object> place = Map.of("artifactLocation", Map.of("uri", review.name().replace('\\', '/')),
                "region",
                Map.of("startLine", finding.line(), "startColumn", finding.column()));
        return Map.of("ruleId", finding.rule().id(), "ruleIndex", rule, "level", level(finding.risk()), "message",
                Map.of("text", text), "locations", List.of(Map.of("physicalLocation", place)));
    }

    private static String level(Risk risk) {
        return switch (risk) {
            case LOW -> "note";
            case MEDIUM -> "warning";
            case HIGH -> "error";
        };
    }
}
