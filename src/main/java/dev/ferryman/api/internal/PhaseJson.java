package dev.ferryman.api.internal;

import dev.ferryman.cutover.GateView;
import dev.ferryman.cutover.PhaseView;
import dev.ferryman.cutover.SignOffRow;
import dev.ferryman.cutover.StepView;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Figure;
import dev.ferryman.runbook.StepLog;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A phase with its steps and its gate.
 *
 * @param state {@code done}, {@code current}, {@code ahead} or {@code not-taken}
 * @param plannedFrom when it is planned to begin, null where that is not said
 */
record PhaseJson(String phase, String title, String state, @Nullable Instant plannedFrom, @Nullable Instant plannedTo,
        List<StepJson> steps, @Nullable GateJson gate) {
    static PhaseJson of(PhaseView view) {
        return new PhaseJson(view.phase().key(), view.title(), Keys.of(view.state()), view.from(), view.to(),
                view.steps().stream().map(StepJson::of).toList(), view.gate().map(GateJson::of).orElse(null));
    }

    /**
     * A step.
     *
     * @param status {@code pending}, {@code ready}, {@code running}, {@code passed}, {@code failed},
     *        {@code inconclusive}, {@code unknown}, {@code cancelled} or {@code skipped}
     * @param standIns roles that may do it as well
     * @param plannedSeconds how long it is expected to take, null where nobody knows
     * @param measuredIn the rehearsal that this was measured in, null where it comes from the template
     * @param figure what number completing it asks for, null for none
     * @param inWindow whether it may start only while the window is open
     * @param freshUntil until when this check, which has passed, counts at its gate, null where it counts for good
     * @param moves commands the caller may give on this step now
     * @param whyNot why the caller cannot act, empty when nothing hinders
     * @param output the last lines the step wrote
     */
    record StepJson(String key, String title, String kind, String role, List<String> standIns, String status,
            boolean pointOfNoReturn, @Nullable Double plannedSeconds, @Nullable RehearsalJson measuredIn,
            double tookSeconds, DeadlineJson deadline, @Nullable FigureJson figure, boolean inWindow,
            @Nullable Instant freshUntil, List<String> moves, String whyNot,
            List<AttemptJson> attempts, List<LineJson> output,
            List<ProgressJson> progress) {
        static StepJson of(StepView view) {
            var step = view.step();
            var definition = step.definition();
            return new StepJson(step.key(), step.title(), Keys.of(definition.kind()), definition.role(),
                    definition.standIns(),
                    step.status().key(), definition.pointOfNoReturn(),
                    Seconds.ofNullable(view.planned()), RehearsalJson.of(view.measured()), Seconds.of(view.took()),
                    DeadlineJson.of(view.deadline()), FigureJson.of(definition.figure()),
                    definition.timing().inWindow(), view.freshUntil(),
                    view.moves().stream().sorted().map(Keys::of).toList(),
                    view.outsideWindow().isEmpty() ? view.whyNot() : view.outsideWindow(),
                    step.attempts().stream().map(AttemptJson::of).toList(),
                    view.output().stream().map(LineJson::of).toList(),
                    view.progress().stream().map(ProgressJson::of).toList());
        }
    }

    /** The figure a step asks for; limits are null where there are none, acceptBy where nobody may accept another. */
    record FigureJson(String title, String unit, @Nullable BigDecimal atLeast, @Nullable BigDecimal atMost,
            @Nullable String acceptBy) {
        static @Nullable FigureJson of(@Nullable Figure figure) {
            return figure == null
                    ? null
                    : new FigureJson(figure.title(), figure.unit(), figure.atLeast(), figure.atMost(),
                            figure.acceptBy());
        }
    }

    /** One try at a step; verdict and end are null while it is under way. */
    record AttemptJson(int number, String startedBy, Instant startedAt, @Nullable Instant endedAt,
            @Nullable String verdict, String what, String next, Map<String, Object> facts, @Nullable String evidence) {
        static AttemptJson of(Attempt attempt) {
            var verdict = attempt.verdict();
            return new AttemptJson(attempt.number(), attempt.startedBy(), attempt.startedAt(), attempt.endedAt(),
                    verdict == null ? null : Keys.of(verdict), attempt.what(), attempt.next(), attempt.facts(),
                    attempt.evidence());
        }
    }

    /** A line of a step's output. */
    record LineJson(long number, int attempt, Instant at, String text) {
        static LineJson of(StepLog.Line line) {
            return new LineJson(line.number(), line.attempt(), line.at(), line.text());
        }
    }

    /** How far one item of a step is; total is 0 where it is not known. */
    record ProgressJson(String item, long done, long total, long bytes) {
        static ProgressJson of(StepLog.Progress progress) {
            return new ProgressJson(progress.item(), progress.done(), progress.total(), progress.bytes());
        }
    }

    /**
     * A gate.
     *
     * @param state {@code closed}, {@code open} or {@code passed}
     * @param criteria what every signer confirms, sent back with the sign-off
     * @param requiresRehearsalSeconds how long ago a rehearsal may have been completed at most, null where none is asked for
     */
    record GateJson(String key, String title, String state, boolean requiresPlan,
            @Nullable Double requiresRehearsalSeconds, DeadlineJson deadline, List<String> criteria,
            List<SignOffJson> signOffs) {
        static GateJson of(GateView view) {
            var gate = view.gate();
            return new GateJson(gate.key(), gate.definition().title(), Keys.of(gate.state()), view.requiresPlan(),
                    Seconds.ofNullable(gate.definition().requiresRehearsal()), DeadlineJson.of(view.deadline()),
                    gate.definition().criteria(),
                    view.rows().stream().map(SignOffJson::of).toList());
        }
    }

    /**
     * One role of a gate.
     *
     * @param signedBy username, null while nobody has signed for the role
     * @param confirmed the criteria its signer confirmed
     * @param holders usernames of those who could
     * @param maySign whether the caller can sign for it now; {@code whyNot} says why not
     */
    record SignOffJson(String role, @Nullable String signedBy, @Nullable Instant signedAt, @Nullable String comment,
            List<String> confirmed, List<String> holders, boolean maySign, String whyNot) {
        static SignOffJson of(SignOffRow row) {
            var signOff = row.signOff().orElse(null);
            return new SignOffJson(row.role(), signOff == null ? null : signOff.username(),
                    signOff == null ? null : signOff.at(), signOff == null ? null : signOff.comment(),
                    signOff == null ? List.of() : signOff.confirmed(), row.holders(),
                    row.sign().allowed(), row.sign().why());
        }
    }
}
