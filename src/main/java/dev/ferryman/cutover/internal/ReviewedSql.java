package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schemachange.ScriptDigest;
import dev.ferryman.schemachange.SqlScript;
import org.springframework.stereotype.Component;

/** Holds SQL that is about to be applied against what was reviewed, and what people signed after that. */
@Component
class ReviewedSql {
    private final Material material;
    private final SqlReviewStore reviews;

    ReviewedSql(Material material, SqlReviewStore reviews) {
        this.material = material;
        this.reviews = reviews;
    }

    /** @throws BadInputException where there is no review that counts, or it was of other SQL */
    void requireForward(SqlScript script, StepContext context) {
        require(script, reviewed(context).digest(), "change");
    }

    /** @throws BadInputException as {@link #requireForward} */
    void requireBack(SqlScript script, StepContext context) {
        require(script, reviewed(context).undoDigest(), "way back");
    }

    private SqlReviewStore.Reviewed reviewed(StepContext context) {
        return reviews.latest(context.cutoverId())
                .filter(review -> material.cutover(context).step(review.step())
                        .filter(step -> step.status() == StepStatus.PASSED || step.status() == StepStatus.SKIPPED)
                        .isPresent())
                .orElseThrow(() -> new BadInputException("The SQL of this change was not reviewed in this cutover.",
                        "Nothing was run. Let the step that reviews it come first, and pass or be accepted."));
    }

    private static void require(SqlScript script, String digest, String what) {
        String found = ScriptDigest.of(script);
        if (!found.equals(digest)) {
            throw new BadInputException(
                    "The SQL of the " + what + " is not what was reviewed: " + script.name() + " has the digest "
                            + found
                            + " now, reviewed was " + (digest.isEmpty() ? "none" : digest) + ".",
                    "Nothing was run. Put back what was reviewed and retry; other SQL needs a new cutover with its own"
                            + " review.");
        }
    }
}
