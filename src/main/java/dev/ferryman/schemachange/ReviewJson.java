package dev.ferryman.schemachange;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A review as JSON, for the API and the command line. Words in lower case stand for the values of the enums.
 *
 * @param name name of the script
 * @param origin whose SQL it was read as
 * @param postgres major version it was judged for
 * @param target address of the target that was looked at; null where none was
 * @param risk class of its worst statement
 * @param statements in their order
 */
public record ReviewJson(String name, String origin, int postgres, @Nullable String target, String risk,
        List<Statement> statements) {
    /** The review in this form. */
    public static ReviewJson of(Review review) {
        return new ReviewJson(review.name(), review.origin().word(), review.version(),
                review.target().isEmpty() ? null : review.target(), review.risk().word(),
                review.statements().stream().map(Statement::of).toList());
    }

    /**
     * A statement.
     *
     * @param transaction number of its transaction; 0 where it is one of its own
     * @param rewrite yes, no or depends
     * @param scan yes, no or depends
     * @param seconds how long its strongest lock is held at least; null without a target
     * @param oldCode yes, no or depends
     * @param undo nothing, statement or backup
     */
    public record Statement(int number, int line, int column, String sql, String does, int transaction,
            List<Lock> locks, String rewrite, String scan, @Nullable Double seconds, String oldCode, String oldCodeWhy,
            String undo, String undoHow, String risk, String why, List<FindingJson> findings) {
        static Statement of(ReviewedStatement each) {
            return new Statement(each.number(), each.line(), each.column(), each.sql(), each.does(), each.transaction(),
                    each.locks().stream().map(lock -> new Lock(lock.relation(), lock.mode().words())).toList(),
                    each.rewrite().word(), each.scan().word(),
                    each.duration().map(duration -> duration.toMillis() / 1000.0).orElse(null),
                    each.oldCode().works().word(), each.oldCode().why(), each.undo().way().word(), each.undo().how(),
                    each.risk().word(), each.why(), each.findings().stream().map(FindingJson::of).toList());
        }
    }

    /**
     * A lock.
     *
     * @param mode as SQL writes it
     */
    public record Lock(String relation, String mode) {}

    /**
     * A finding.
     *
     * @param safer empty where there is no safer form
     */
    public record FindingJson(String rule, String risk, int line, int column, String what, String safer) {
        static FindingJson of(Finding each) {
            return new FindingJson(each.rule().id(), each.risk().word(), each.line(), each.column(), each.what(),
                    each.safer());
        }
    }
}
