package dev.ferryman.runbook;

import dev.ferryman.runbook.CutoverEvent.Created;
import dev.ferryman.runbook.internal.Course;
import dev.ferryman.runbook.internal.Draft;
import dev.ferryman.runbook.internal.Draft.Interrupted;
import dev.ferryman.runbook.internal.GateMoves;
import dev.ferryman.runbook.internal.Outcomes;
import dev.ferryman.runbook.internal.Outcomes.Outcome;
import dev.ferryman.runbook.internal.StepMoves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Drives a cutover through the rules alone, without a store, with one person per role. */
final class Drive {
    static final Actor OTTO = new Actor("otto", "Otto", Set.of("operator"));
    static final Actor DANA = new Actor("dana", "Dana", Set.of("dba"));
    static final Actor DORA = new Actor("dora", "Dora", Set.of("dba"));
    static final Actor TESS = new Actor("tess", "Tess", Set.of("tech-lead"));
    static final Actor QUINN = new Actor("quinn", "Quinn", Set.of("qa-lead"));
    static final Actor PIA = new Actor("pia", "Pia", Set.of("product-owner"));
    static final Actor VERA = new Actor("vera", "Vera", Set.of("viewer"));
    static final List<Actor> EVERYBODY = List.of(OTTO, DANA, DORA, TESS, QUINN, PIA, VERA);

    final Map<String, Set<String>> roles = new HashMap<>();
    final RoleDirectory directory = new RoleDirectory() {
        @Override
        public Set<String> rolesOf(String username) {
            return roles.getOrDefault(username, Set.of());
        }

        @Override
        public Set<String> holdersOf(String role) {
            Set<String> holders = new java.util.TreeSet<>();
            roles.forEach((user, its) -> {
                if (its.contains(role)) {
                    holders.add(user);
                }
            });
            return holders;
        }
    };
    final List<RecordedEvent> log = new ArrayList<>();
    Interrupted interrupted = Interrupted.CLEANLY;
    Instant now = Instant.parse("2026-03-01T22:00:00Z");
    Cutover cutover;

    Drive(Template template) {
        EVERYBODY.forEach(actor -> roles.put(actor.username(), actor.roles()));
        Draft draft = Draft.create("c1", OTTO, now,
                new Created("Friday night", template, Map.of("tables", 12L), Map.of("source", "s", "target", "t"),
                        false));
        Course.follow(draft);
        log.addAll(draft.events());
        cutover = draft.cutover();
    }

    static Template smallMove() {
        return new TemplateParser().parse(smallMoveText(), "small-move.yaml");
    }

    static String smallMoveText() {
        try (var file = Drive.class.getResourceAsStream("templates/small-move.yaml")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Drive created() {
        return new Drive(smallMove());
    }

    /** Through the checklist and its gate. */
    static Drive inMigrate() {
        return inMigrate(smallMove());
    }

    static Drive inMigrate(Template template) {
        Drive drive = new Drive(template);
        drive.plan("plan-1").complete(OTTO, "window").complete(DANA, "backup").pass("reachable");
        return drive.sign(DORA, "go", "dba").sign(TESS, "go", "tech-lead");
    }

    static Drive inVerify() {
        return inMigrate().run(DANA, "carry").pass("carry").pass("counts");
    }

    static Drive inCutover() {
        return inVerify().pass("compare").sign(QUINN, "verified", "qa-lead");
    }

    static Drive inMonitor() {
        return inCutover().run(OTTO, "freeze").pass("freeze").run(OTTO, "switch").pass("switch").complete(QUINN,
                "smoke");
    }

    static Drive completed() {
        return inMonitor().pass("soak").sign(PIA, "done", "product-owner").sign(TESS, "done", "tech-lead")
                .decide(draft -> Course.complete(draft, PIA));
    }

    static Drive aborted() {
        return created().decide(draft -> Course.abort(draft, OTTO, "not today"));
    }

    static Drive rollingBack() {
        return inVerify().rollback(OTTO, "no");
    }

    static Drive failed() {
        return rollingBack().decide(draft -> Course.abort(draft, OTTO, "the target is gone"));
    }

    static Drive rolledBack() {
        return rollingBack().pass("drop-target").complete(OTTO, "tell");
    }

    Drive decide(Consumer<Draft> decision) {
        now = now.plus(Duration.ofSeconds(1));
        Draft draft = new Draft(cutover, now, interrupted);
        decision.accept(draft);
        log.addAll(draft.events());
        cutover = draft.cutover();
        return this;
    }

    Drive plan(String hash) {
        return decide(draft -> GateMoves.setPlan(draft, Actor.FERRYMAN, hash, "12 tables"));
    }

    Drive run(Actor actor, String step) {
        return decide(draft -> StepMoves.run(draft, actor, step));
    }

    Drive retry(Actor actor, String step) {
        return decide(draft -> StepMoves.retry(draft, actor, step));
    }

    Drive complete(Actor actor, String step) {
        return decide(draft -> StepMoves.complete(draft, actor, step, "seen", Reading.NONE));
    }

    Drive skip(Actor actor, String step) {
        return decide(draft -> StepMoves.skip(draft, actor, step, "we know"));
    }

    Drive cancel(Actor actor, String step) {
        return decide(draft -> StepMoves.cancel(draft, actor, step, "stop"));
    }

    Drive sign(Actor actor, String gate, String role) {
        return decide(draft -> GateMoves.sign(draft, actor, gate, role, "fine", List.of(), directory));
    }

    Drive rollback(Actor actor, String reason) {
        return decide(draft -> Course.rollback(draft, actor, reason));
    }

    Drive pass(String step) {
        return end(step, new Outcome.Answered(new StepResult.Passed("fine", Map.of("of", step))), true);
    }

    Drive fail(String step) {
        return end(step, new Outcome.Answered(new StepResult.Failed("it differs", "look")), true);
    }

    Drive end(String step, Outcome outcome, boolean repeatable) {
        int attempt = cutover.step(step).orElseThrow().attempt();
        return decide(draft -> Outcomes.end(draft, step, attempt, outcome, repeatable));
    }

    StepStatus status(String step) {
        return cutover.step(step).orElseThrow().status();
    }

    List<String> events() {
        return log.stream().map(recorded -> recorded.event().getClass().getSimpleName()).toList();
    }
}
