package dev.ferryman.runbook;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.runbook.internal.Course;
import dev.ferryman.runbook.internal.Draft;
import dev.ferryman.runbook.internal.Draft.Interrupted;
import dev.ferryman.runbook.internal.GateMoves;
import dev.ferryman.runbook.internal.Outcomes;
import dev.ferryman.runbook.internal.Outcomes.Outcome;
import dev.ferryman.runbook.internal.StepMoves;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Every command in every phase, and long random walks: what is not allowed is refused with an explanation. */
class IllegalMovesTest {
    private static final Actor ALL_ROLES = new Actor("ali", "Ali",
            Set.of("operator", "dba", "tech-lead", "qa-lead", "product-owner"));

    /** One command of each kind on every step or gate, by somebody who holds every role. */
    private static Map<String, Consumer<Draft>> commands(Actor actor, RoleDirectory directory) {
        Template template = Drive.smallMove();
        Map<String, Consumer<Draft>> commands = new LinkedHashMap<>();
        for (StepDefinition step : template.steps()) {
            String key = step.key();
            commands.put("run " + key, draft -> StepMoves.run(draft, actor, key));
            commands.put("complete " + key, draft -> StepMoves.complete(draft, actor, key, "seen", Reading.NONE));
            commands.put("retry " + key, draft -> StepMoves.retry(draft, actor, key));
            commands.put("skip " + key, draft -> StepMoves.skip(draft, actor, key, "why"));
            commands.put("cancel " + key, draft -> StepMoves.cancel(draft, actor, key, "why"));
            commands.put("force " + key, draft -> StepMoves.forceFail(draft, actor, key, "why"));
        }
        for (PhaseDefinition phase : template.phases()) {
            GateDefinition gate = phase.gate();
            if (gate != null) {
                gate.signoffs().forEach(role -> commands.put("sign " + gate.key() + " " + role,
                        draft -> GateMoves.sign(draft, actor, gate.key(), role, "", List.of(), directory)));
                commands.put("break " + gate.key(),
                        draft -> GateMoves.requestBreakGlass(draft, actor, gate.key(), "why"));
                commands.put("confirm " + gate.key(), draft -> GateMoves.confirmBreakGlass(draft, actor, gate.key()));
            }
        }
        commands.put("plan", draft -> GateMoves.setPlan(draft, actor, "plan-9", "another"));
        commands.put("rollback", draft -> Course.rollback(draft, actor, "why"));
        commands.put("abort", draft -> Course.abort(draft, actor, "why"));
        commands.put("complete", draft -> Course.complete(draft, actor));
        return commands;
    }

    private static Set<String> allowed(Drive drive) {
        drive.roles.put("ali", ALL_ROLES.roles());
        Set<String> allowed = new TreeSet<>();
        commands(ALL_ROLES, drive.directory).forEach((name, command) -> {
            try {
                command.accept(new Draft(drive.cutover, drive.now, Interrupted.CLEANLY));
                allowed.add(name);
            } catch (IllegalMoveException refusal) {
                assertThat(refusal.tried()).as(name).isNotBlank();
                assertThat(refusal.reason()).as(name).isNotBlank();
                assertThat(refusal.instead()).as(name).isNotBlank();
            }
        });
        return allowed;
    }

    @Test
    void in_every_state_exactly_the_moves_that_make_sense_are_possible() {
        Map<String, Supplier<Drive>> states = new LinkedHashMap<>();
        Map<String, List<String>> expected = new LinkedHashMap<>();
        state(states, expected, "checklist", Drive::created, "abort", "complete backup", "complete window", "plan");
        state(states, expected, "checklist done", CourseTest::checklistDone, "abort", "break go", "plan",
                "run reachable", "sign go dba", "sign go tech-lead");
        state(states, expected, "migrate", Drive::inMigrate, "rollback", "run carry");
        state(states, expected, "carrying", () -> Drive.inMigrate().run(Drive.DANA, "carry"), "cancel carry",
                "force carry", "rollback");
        state(states, expected, "verify", Drive::inVerify, "cancel compare", "force compare", "rollback");
        state(states, expected, "verified", () -> Drive.inVerify().pass("compare"), "break verified", "rollback",
                "run compare", "sign verified qa-lead");
        state(states, expected, "cutover", Drive::inCutover, "rollback", "run freeze");
        state(states, expected, "unknown switch", () -> Drive.inCutover().run(Drive.OTTO, "freeze").pass("freeze")
                .run(Drive.OTTO, "switch").end("switch", new Outcome.CutOff("killed"), false), "complete switch",
                "force switch", "retry switch", "rollback");
        state(states, expected, "monitor", Drive::inMonitor, "cancel soak", "force soak", "rollback");
        state(states, expected, "signed", () -> Drive.inMonitor().pass("soak").sign(Drive.PIA, "done", "product-owner")
                .sign(Drive.TESS, "done", "tech-lead"), "complete", "rollback");
        state(states, expected, "rolling back", Drive::rollingBack, "abort", "cancel drop-target", "force drop-target");
        state(states, expected, "completed", Drive::completed);
        state(states, expected, "rolled back", Drive::rolledBack);
        state(states, expected, "aborted", Drive::aborted);
        state(states, expected, "failed", Drive::failed);
        Map<String, Set<String>> found = new LinkedHashMap<>();
        states.forEach((name, drive) -> found.put(name, allowed(drive.get())));
        expected.forEach((name, moves) -> assertThat(found.get(name)).as(name).containsExactlyElementsOf(moves));
    }

    @Test
    void nobody_without_a_role_of_the_runbook_can_do_anything() {
        for (Supplier<Drive> state : List.<Supplier<Drive>>of(Drive::created, Drive::inMigrate, Drive::inVerify,
                Drive::inCutover, Drive::inMonitor, Drive::rollingBack, Drive::completed)) {
            Drive drive = state.get();
            commands(Drive.VERA, drive.directory).forEach((name, command) -> CourseTest
                    .assertRefused(() -> command.accept(new Draft(drive.cutover, drive.now, Interrupted.CLEANLY)),
                            "is not possible"));
        }
    }

    @Test
    void random_walks_reach_every_end_and_never_an_illegal_state() {
        EnumSet<Status> ends = EnumSet.noneOf(Status.class);
        for (long seed = 1; seed <= 60; seed++) {
            Drive drive = randomWalk(new Random(seed));
            ends.add(drive.cutover.status());
            assertThat(Cutover.replay("c1", drive.log).steps()).isEqualTo(drive.cutover.steps());
            assertThat(Cutover.replay("c1", drive.log).gates()).isEqualTo(drive.cutover.gates());
        }
        assertThat(ends).contains(Status.COMPLETED, Status.ROLLED_BACK, Status.ABORTED, Status.FAILED);
    }

    /** Mostly moves of the phase at hand, now and then any other, and rarely one that ends it all. */
    private static Drive randomWalk(Random random) {
        Drive drive = Drive.created().plan("plan-1");
        Map<Phase, List<Consumer<Draft>>> near = new EnumMap<>(Phase.class);
        List<Consumer<Draft>> any = new ArrayList<>();
        List<Consumer<Draft>> rare = new ArrayList<>();
        Template template = drive.cutover.template();
        Drive.EVERYBODY.forEach(actor -> commands(actor, drive.directory).forEach((name, command) -> {
            boolean drastic = Set.of("abort", "rollback", "plan").contains(name) || name.startsWith("break");
            (drastic ? rare : any).add(command);
            String target = name.split(" ").length > 1 ? name.split(" ")[1] : "";
            template.phaseOf(target).or(() -> template.phaseOfGate(target).map(PhaseDefinition::phase))
                    .ifPresent(phase -> near.computeIfAbsent(phase, key -> new ArrayList<>()).add(command));
        }));
        for (StepDefinition step : template.steps()) {
            for (Outcome outcome : List.of(new Outcome.Answered(new StepResult.Passed("ok")),
                    new Outcome.Broke("boom", "look"), new Outcome.Answered(new StepResult.Failed("no", "look")),
                    new Outcome.CutOff("killed"))) {
                Consumer<Draft> end = draft -> Outcomes.end(draft, step.key(),
                        draft.cutover().step(step.key()).orElseThrow().attempt(), outcome, random.nextBoolean());
                any.add(end);
                int weight = outcome instanceof Outcome.Answered(StepResult.Passed _) ? 12 : 1;
                requireNonNull(near.get(template.phaseOf(step.key()).orElseThrow()))
                        .addAll(Collections.nCopies(weight, end));
            }
        }
        requireNonNull(near.get(Phase.ROLLBACK)).add(draft -> Course.abort(draft, Drive.OTTO, "why"));
        drive.interrupted = (step, attempt) -> random.nextBoolean();
        for (int tries = 0; tries < 30_000 && !drive.cutover.status().terminal(); tries++) {
            int dice = random.nextInt(1_000);
            List<Consumer<Draft>> among = dice == 0
                    ? rare
                    : dice < 100 ? any : requireNonNull(near.get(drive.cutover.phase()));
            Cutover before = drive.cutover;
            try {
                drive.decide(among.get(random.nextInt(among.size())));
            } catch (IllegalMoveException refused) {
                continue;
            }
            assertSound(before, drive.cutover);
        }
        return drive;
    }

    private static void assertSound(Cutover before, Cutover after) {
        assertThat(after.phase()).as("never backwards").isGreaterThanOrEqualTo(before.phase());
        Map<Phase, Boolean> done = new EnumMap<>(Phase.class);
        Phase.forward().forEach(phase -> done.put(phase, after.stepsDone(phase)
                && after.gate(phase).map(gate -> gate.state() == Gate.State.PASSED).orElse(true)));
        if (after.phase() != Phase.ROLLBACK) {
            assertThat(Phase.forward()).filteredOn(phase -> phase.compareTo(after.phase()) < 0)
                    .as("every phase before the current one is done and signed").allMatch(done::get);
        }
        assertThat(after.steps()).filteredOn(step -> step.phase() != after.phase())
                .as("only steps of the current phase run").noneMatch(step -> step.status() == StepStatus.RUNNING);
        assertThat(after.steps()).filteredOn(step -> step.status() == StepStatus.RUNNING).as("one at a time")
                .hasSizeLessThan(2);
        for (Gate gate : after.gates()) {
            assertThat(gate.signOffs()).extracting(Gate.SignOff::username).as("distinct signers")
                    .doesNotHaveDuplicates();
            gate.breakGlass().filter(Gate.BreakGlass::confirmed).ifPresent(
                    glass -> assertThat(glass.confirmedBy()).as("two people").isNotEqualTo(glass.requestedBy()));
        }
        if (after.status() == Status.COMPLETED) {
            assertThat(done.values()).as("completed means all is done").doesNotContain(false);
            assertThat(after.switched()).isTrue();
        }
        if (after.status() == Status.ROLLED_BACK) {
            assertThat(after.stepsDone(Phase.ROLLBACK)).isTrue();
        }
        if (after.switched()) {
            after.rollback().ifPresent(rollback -> assertThat(rollback.side()).isEqualTo(SwitchSide.AFTER));
        }
        if (after.status().terminal()) {
            assertThat(after.steps()).noneMatch(step -> step.status() == StepStatus.RUNNING);
        }
    }

    private static void state(Map<String, Supplier<Drive>> states, Map<String, List<String>> expected, String name,
            Supplier<Drive> drive, String... moves) {
        states.put(name, drive);
        expected.put(name, List.of(moves));
    }
}
