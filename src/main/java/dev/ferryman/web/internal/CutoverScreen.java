package dev.ferryman.web.internal;

import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.CutoverView;
import dev.ferryman.cutover.PhaseView;
import dev.ferryman.cutover.StepView;
import dev.ferryman.cutover.WindowDraft;
import dev.ferryman.notify.Messages;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Changes;
import dev.ferryman.runbook.StepStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** Fills the pages of one cutover: for looking, and again after a command was refused. */
@Component
final class CutoverScreen {
    private static final Set<StepStatus> CALLS = Set.of(StepStatus.RUNNING, StepStatus.FAILED, StepStatus.INCONCLUSIVE,
            StepStatus.UNKNOWN, StepStatus.CANCELLED);

    private final CutoverService cutovers;
    private final Changes changes;
    private final Messages messages;
    private final Clock clock;

    CutoverScreen(CutoverService cutovers, Changes changes, Messages messages, Clock clock) {
        this.cutovers = cutovers;
        this.changes = changes;
        this.messages = messages;
        this.clock = clock;
    }

    /** The cutover's page. The revision is read before the state, so that no change falls between the two unseen. */
    String cutover(Actor actor, String id, Typed typed, Model model) {
        model.addAttribute("revision", changes.revision(id));
        CutoverView view = cutovers.view(actor, id);
        model.addAttribute("view", view);
        model.addAttribute("typed", typed);
        model.addAttribute("now", Instant.now(clock));
        model.addAttribute("current", current(view));
        model.addAttribute("callingMessages", messages.calling(id));
        if (!model.containsAttribute("window")) {
            model.addAttribute("window",
                    view.cutover().window().map(WindowDraft::of).orElse(WindowDraft.NONE));
        }
        return "cutovers/cutover";
    }

    /** What a rollback or an abort would do, with the form that starts it. */
    String rollback(Actor actor, String id, String reason, Model model) {
        model.addAttribute("view", cutovers.view(actor, id));
        model.addAttribute("reason", reason);
        model.addAttribute("typed", Typed.NOTHING);
        model.addAttribute("matrix", cutovers.decisionMatrix(id));
        return "cutovers/rollback";
    }

    /** The steps to look at first: those that run or call for a person, else the first that are ready. */
    private static List<StepView> current(CutoverView view) {
        List<StepView> steps = view.phases().stream().filter(phase -> phase.state() == PhaseView.State.CURRENT)
                .flatMap(phase -> phase.steps().stream()).toList();
        List<StepView> calling = steps.stream().filter(each -> CALLS.contains(each.step().status())).toList();
        return calling.isEmpty()
                ? steps.stream().filter(each -> each.step().status() == StepStatus.READY).limit(1).toList()
                : calling;
    }
}
