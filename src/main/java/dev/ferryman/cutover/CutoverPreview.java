package dev.ferryman.cutover;

import dev.ferryman.runbook.Template;
import dev.ferryman.schema.Plan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would be created from a draft. Nothing has been created or stored.
 *
 * @param problems what is wrong, empty where it can be created
 * @param source what the test of the source saw, null where it failed
 * @param target what the test of the target saw, null where it failed
 * @param plan what would become of the data, null where it could not be worked out (in time)
 * @param planHash hash of the plan's decisions, empty where there is no plan
 * @param estimate how long it is likely to take, null where there is no plan
 * @param template the template, null where there is none of that key
 * @param unstaffed why gates could not be signed by distinct people, empty where they can
 */
public record CutoverPreview(List<Problem> problems, @Nullable SourceFacts source, @Nullable TargetFacts target,
        @Nullable Plan plan, String planHash, @Nullable Estimate estimate, @Nullable Template template,
        List<String> unstaffed) {
    /** Field of the one problem that does not forbid creation: the plan takes longer than anybody waits for a page. */
    public static final String PLAN_LATER = "plan.later";

    public CutoverPreview {
        problems = List.copyOf(problems);
        unstaffed = List.copyOf(unstaffed);
    }

    /** Whether it can be created. A plan that took too long to work out does not forbid it. */
    public boolean possible() {
        return problems.stream().allMatch(problem -> problem.field().equals(PLAN_LATER));
    }

    /** The problems of one field. */
    public List<Problem> of(String field) {
        return problems.stream().filter(problem -> problem.field().equals(field)).toList();
    }
}
