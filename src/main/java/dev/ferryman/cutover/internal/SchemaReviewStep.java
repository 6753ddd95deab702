package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import dev.ferryman.schemachange.Applier;
import dev.ferryman.schemachange.Review;
import dev.ferryman.schemachange.ReviewContext;
import dev.ferryman.schemachange.ReviewText;
import dev.ferryman.schemachange.ReviewedStatement;
import dev.ferryman.schemachange.Risk;
import dev.ferryman.schemachange.ScriptDigest;
import dev.ferryman.schemachange.SqlScript;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * {@code schema.review}: what the change would do to the target, statement by statement. Fails above {@code accept-risk}; a
 * person may accept going on. From then on no other SQL is applied in this cutover.
 */
@Component
class SchemaReviewStep extends EngineStep {
    private final SchemaChanges changes;
    private final SqlReviewStore reviews;

    SchemaReviewStep(Material material, SchemaChanges changes, SqlReviewStore reviews) {
        super("schema.review", material);
        this.changes = changes;
        this.reviews = reviews;
    }

    @Override
    public boolean needsSource() {
        return false;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            changes.check(ChangeSource.of(arguments));
            accepted(arguments);
        });
    }

    private static Risk accepted(Arguments arguments) {
        String word = arguments.text("accept-risk").orElse(Risk.MEDIUM.word());
        try {
            return Risk.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new BadInputException("accept-risk is " + word + ".", "Give low, medium or high.", e);
        }
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException {
        var arguments = new Arguments(context.with());
        ChangeSource source = ChangeSource.of(arguments);
        Risk accepted = accepted(arguments);
        reviews.forget(context.cutoverId(), context.stepKey());
        SqlScript script = changes.forward(source, context);
        PostgresTarget target = material().target(context);
        Review review = Review.of(script, ReviewContext.target(target));
        if (source.script().isPresent()) {
            Applier.check(script);
        }
        ReviewText.render(review).lines().forEach(context::output);
        String digest = ScriptDigest.of(script);
        Optional<SqlScript> back = changes.back(source);
        back.ifPresent(Applier::check);
        reviews.keep(context.cutoverId(), new SqlReviewStore.Reviewed(context.stepKey(), digest,
                back.map(ScriptDigest::of).orElse("")), context.clock().instant());
        return verdict(review, accepted, digest, source);
    }

    private static StepResult verdict(Review review, Risk accepted, String digest, ChangeSource source) {
        List<ReviewedStatement> above = review.statements().stream()
                .filter(statement -> statement.risk().compareTo(accepted) > 0).toList();
        String all = Counted.of(review.statements().size(), "statement") + " of " + review.name();
        String way = source.undoScript().or(source::undoCommand).isPresent()
                ? " The way back is given."
                : " No way back is given: only a restore would take it back.";
        if (above.isEmpty()) {
            return new StepResult.Passed(
                    all + " reviewed, risk " + review.risk().word() + "." + way + " Digest " + digest + ".",
                    Map.of("digest", digest, "risk", review.risk().word(), "statements", review.statements().size()));
        }
        return new StepResult.Failed(all + ": " + above.size() + " above the risk ‘" + accepted.word() + "’. "
                + above.stream().map(SchemaReviewStep::sentence).collect(Collectors.joining(" ")) + way + " Digest "
                + digest + ".",
                "Nothing was run. Take the safer form that the output names and retry, or accept going on with exactly this"
                        + " SQL.");
    }

    private static String sentence(ReviewedStatement statement) {
        return "Line " + statement.line() + " (" + statement.risk().word() + "): " + statement.does() + ". "
                + statement.why();
    }
}
