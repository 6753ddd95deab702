package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.NoSuchPartException;
import dev.ferryman.cutover.NotAllowedException;
import dev.ferryman.cutover.Permission;
import dev.ferryman.cutover.PlanChoice;
import dev.ferryman.cutover.PlanView;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Command;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.Status;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepStatus;
import dev.ferryman.schema.Decision;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanChoices;
import dev.ferryman.schema.PlanFile;
import dev.ferryman.schema.PlanHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Lets people choose what becomes of what does not fit. A choice gives a new plan at once, from what was found when the
 * plan was worked out; sign-offs bound to the old one are void. Who may run the step that works the plan out may choose,
 * until the copy has begun.
 */
@Component
class PlanDesk {
    private static final int LONGEST_NOTE = 3_500;

    private final Runbook runbook;
    private final PlanStore plans;

    PlanDesk(Runbook runbook, PlanStore plans) {
        this.runbook = runbook;
        this.plans = plans;
    }

    /** Whether this user may choose now. */
    Permission mayChoose(Cutover cutover, Actor actor) {
        Optional<Step> step = planStep(cutover);
        if (step.isEmpty() || plans.made(cutover.id()).isEmpty()) {
            return Permission.denied("There is no plan yet.");
        }
        if (cutover.status() != Status.ACTIVE || hasBegun(cutover)) {
            return Permission.denied("The plan stands: the copy has begun, or the cutover is over.");
        }
        List<String> roles = roles(step.get());
        return roles.stream().anyMatch(actor::holds)
                ? Permission.GRANTED
                : Permission.denied("Choices are made by somebody with one of these roles: " + String.join(", ", roles)
                        + ".");
    }

    private static List<String> roles(Step step) {
        List<String> roles = new ArrayList<>();
        roles.add(step.definition().role());
        roles.addAll(step.definition().standIns());
        return roles;
    }

    private static Optional<Step> planStep(Cutover cutover) {
        return cutover.steps().stream().filter(step -> PlanStep.TYPE.equals(step.definition().uses())).findFirst();
    }

    private static boolean hasBegun(Cutover cutover) {
        return cutover.steps().stream().anyMatch(step -> PrepareStep.TYPE.equals(step.definition().uses())
                && step.status() != StepStatus.PENDING && step.status() != StepStatus.READY);
    }

    /** Chooses; see {@code CutoverService.choose}. */
    @Transactional
    Cutover choose(Command command, List<PlanChoice> wanted) {
        PlanStore.Made made = made(command);
        Plan before = made.plan();
        PlanChoices choices = made.choices();
        for (PlanChoice each : wanted) {
            Decision decision = before.decisions().stream()
                    .filter(d -> d.kind() == each.kind() && d.table().equals(each.table())
                            && Objects.equals(d.column(), each.column())
                            && Objects.equals(d.subject(), each.subject()))
                    .findFirst()
                    .orElseThrow(() -> new NoSuchPartException("The plan asks nothing of that kind about "
                            + each.table() + (each.column() == null ? "" : "." + each.column()) + ".",
                            "Read the plan again and choose among what it asks."));
            if (!decision.offers(each.choice())) {
                throw new BadInputException("‘" + each.choice().word() + "’ is not possible for " + decision.place()
                        + ".",
                        "Choose one of " + String.join(", ", decision.options().stream()
                                .map(option -> option.choice().word()).toList())
                                + ".");
            }
            if (decision.chosen() != each.choice() || !decision.explicit()) {
                choices = choices.with(decision, each.choice());
            }
        }
        return use(command, made, choices);
    }

    /** Uses a plan file; see {@code CutoverService.usePlanFile}. */
    @Transactional
    Cutover useFile(Command command, String yaml) {
        PlanStore.Made made = made(command);
        return use(command, made, PlanFile.read(yaml, "plan.yaml", made.basis().source()));
    }

    /** The choices as a plan file. */
    String file(String cutoverId) {
        PlanStore.Made made = plans.made(cutoverId).orElseThrow(PlanDesk::noPlan);
        return PlanFile.write(made.plan(), made.choices());
    }

    private PlanStore.Made made(Command command) {
        Permission permission = mayChoose(runbook.get(command.cutoverId()), command.actor());
        PlanStore.Made made = plans.made(command.cutoverId()).orElseThrow(PlanDesk::noPlan);
        if (!permission.allowed()) {
            throw new NotAllowedException("The choice was not made.", permission.why());
        }
        return made;
    }

    private static NoSuchPartException noPlan() {
        return new NoSuchPartException("The cutover has no plan yet.",
                "One of its steps works it out; choose when that is done.");
    }

    private Cutover use(Command command, PlanStore.Made made, PlanChoices choices) {
        Plan before = made.plan();
        var next = new PlanStore.Made(made.basis(), choices);
        Plan plan = next.plan();
        List<String> changes = PlanChanges.between(before, plan);
        if (before.possible() && !plan.possible()) {
            throw new BadInputException("With this choice the plan forbids the copy: "
                    + Planning.blockers(plan).getFirst(), "The plan in force is unchanged. Choose otherwise.");
        }
        String step = planStep(runbook.get(command.cutoverId())).orElseThrow(PlanDesk::noPlan).key();
        String note = note(before, plan);
        Cutover noted = runbook.note(command, step, note);
        String summary = Planning.summary(plan);
        plans.add(command.cutoverId(), summary, next, changes);
        return plan.possible()
                ? runbook.setPlan(Command.on(noted, command.actor()), PlanHash.of(plan), summary)
                : noted;
    }

    /** What was chosen, for the log. */
    private static String note(Plan before, Plan after) {
        List<String> chosen = new ArrayList<>();
        for (Decision decision : after.decisions()) {
            boolean same = before.decisions().stream().anyMatch(was -> was.place().equals(decision.place())
                    && was.kind() == decision.kind() && was.chosen() == decision.chosen());
            if (!same) {
                chosen.add(decision.place() + ": " + decision.chosen().word() + ", so " + decision.effect());
            }
        }
        String text = chosen.isEmpty()
                ? "Went through the choices of the plan; all stay as they are."
                : "Chose for the plan: " + String.join("; ", chosen) + ".";
        return text.length() <= LONGEST_NOTE ? text : text.substring(0, LONGEST_NOTE) + " …";
    }
}
