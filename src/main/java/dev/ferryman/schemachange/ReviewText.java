package dev.ferryman.schemachange;

import java.util.Locale;
import java.util.stream.Collectors;

/** A review for people, as lines of text. */
public final class ReviewText {
    private ReviewText() {}

    /** Every statement with what is to be said about it, and the class of the whole. */
    public static String render(Review review) {
        var text = new StringBuilder();
        for (ReviewedStatement each : review.statements()) {
            statement(text, review, each);
        }
        return text.append(sum(review)).append('\n').toString();
    }

    private static void statement(StringBuilder text, Review review, ReviewedStatement each) {
        text.append(review.name()).append(':').append(each.line()).append(':').append(each.column()).append("  ")
                .append(each.risk().word()).append("  ").append(each.does()).append('\n');
        if (!each.locks().isEmpty()) {
            text.append("    locks: ").append(each.locks().stream()
                    .map(lock -> lock.relation() + " " + lock.mode().words()).collect(Collectors.joining(", ")))
                    .append("; blocks ").append(each.locks().getFirst().mode().blocks()).append('\n');
        }
        text.append("    rewrite: ").append(each.rewrite().word()).append(", scan: ").append(each.scan().word());
        each.duration().ifPresent(duration -> text
                .append(String.format(Locale.ROOT, ", lock held about %.1f s", duration.toMillis() / 1000.0)));
        text.append("\n    old code: ").append(works(each.oldCode())).append('\n');
        if (!each.undo().how().isEmpty()) {
            text.append("    undo: ").append(indent(each.undo().how())).append('\n');
        }
        for (Finding finding : each.findings()) {
            text.append("    ").append(finding.line()).append(':').append(finding.column()).append(' ')
                    .append(finding.risk().word()).append(" [").append(finding.rule().id()).append("] ")
                    .append(finding.what()).append('\n');
            if (!finding.safer().isEmpty()) {
                text.append("        safer: ").append(indent(finding.safer())).append('\n');
            }
        }
    }

    private static String works(OldCode oldCode) {
        return switch (oldCode.works()) {
            case YES -> "keeps working";
            case NO -> "breaks. " + oldCode.why();
            case DEPENDS -> "depends. " + oldCode.why();
        };
    }

    private static String indent(String lines) {
        return lines.replace("\n", "\n               ");
    }

    private static String sum(Review review) {
        long high = count(review, Risk.HIGH);
        long medium = count(review, Risk.MEDIUM);
        long low = count(review, Risk.LOW);
        return review.statements().size() + " statements for PostgreSQL " + review.version() + ", risk "
                + review.risk().word() + ": " + high + " findings high, " + medium + " medium, " + low + " low."
                + (review.target().isEmpty() ? " With --target, sizes and use are known too." : "");
    }

    private static long count(Review review, Risk risk) {
        return review.findings().filter(finding -> finding.risk() == risk).count();
    }
}
