package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Command;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent;
import dev.ferryman.runbook.CutoverEvent.Created;
import dev.ferryman.runbook.CutoverEvent.WindowSet;
import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.EventChain;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.InvalidCutoverException;
import dev.ferryman.runbook.LoggedEvent;
import dev.ferryman.runbook.Moves;
import dev.ferryman.runbook.NewCutover;
import dev.ferryman.runbook.Reading;
import dev.ferryman.runbook.Rehearsal;
import dev.ferryman.runbook.Replica;
import dev.ferryman.runbook.Replicas;
import dev.ferryman.runbook.RoleDirectory;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.StaleVersionException;
import dev.ferryman.runbook.Step;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepDefinition;
import dev.ferryman.runbook.Template;
import dev.ferryman.runbook.Templates;
import dev.ferryman.runbook.Window;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The runbook on the state store: each command is a decision on the version it was given for. */
final class StoredRunbook implements Runbook {
    private static final int LONGEST_NAME = 120;
    private static final String ID_LETTERS = "23456789abcdefghjkmnpqrstvwxyz";
    private static final int ID_LENGTH = 10;

    private final SecureRandom random = new SecureRandom();
    private final EventLog log;
    private final EventChain chain;
    private final Decisions decisions;
    private final Templates templates;
    private final Map<String, StepAction> actions;
    private final Supplier<RoleDirectory> directory;
    private final RehearsalDemand demand;
    private final FreezeCalendar calendar;
    private final Replicas replicas;

    StoredRunbook(EventLog log, EventChain chain, Decisions decisions, Templates templates,
            Map<String, StepAction> actions,
            Supplier<RoleDirectory> directory, FreezeCalendar calendar, Replicas replicas) {
        this.replicas = replicas;
        this.calendar = calendar;
        this.log = log;
        this.chain = chain;
        this.decisions = decisions;
        this.templates = templates;
        this.actions = actions;
        this.directory = directory;
        this.demand = new RehearsalDemand(log);
    }

    @Override
    public Cutover create(Actor actor, NewCutover what) {
        Map<String, String> problems = new LinkedHashMap<>();
        String name = what.name().strip();
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            problems.put("name", "The name must have 1 to " + LONGEST_NAME + " characters.");
        }
        Optional<Template> template = templates.find(what.templateKey());
        if (template.isEmpty()) {
            problems.put("template", "There is no usable template ‘" + what.templateKey() + "’.");
            throw new InvalidCutoverException(problems);
        }
        Instant now = decisions.now();
        Window window = what.window();
        if (window != null) {
            WindowMoves.problem(window, now)
                    .or(() -> calendar.collisions(window).stream().findFirst().map(frozen -> frozen
                            + ". An administrator can set it once the cutover is there."))
                    .ifPresent(why -> problems.put("window.start", "The window cannot be this one: " + why));
        }
        String id = newId();
        Map<String, Object> parameters = ParameterValues.fill(template.get(), what.parameters(), problems);
        if (problems.isEmpty()) {
            Placeholders placeholders = Placeholders.of(id, name, parameters, what.connections());
            template.get().steps().forEach(step -> check(step, placeholders, problems));
        }
        if (!problems.isEmpty()) {
            throw new InvalidCutoverException(problems);
        }
        Draft draft = Draft.create(id, actor, now,
                new Created(name, template.get(), parameters, what.connections(), what.rehearsal()));
        if (window != null) {
            draft.emit(actor, new WindowSet(window, "", List.of()));
        }
        Course.follow(draft);
        return decisions.create(draft);
    }

    @Override
    public Cutover get(String cutoverId) {
        return log.load(cutoverId);
    }

    @Override
    public List<CutoverSummary> list() {
        return log.list();
    }

    @Override
    public List<LoggedEvent> events(String cutoverId) {
        return log.events(cutoverId);
    }

    @Override
    public List<LoggedEvent> events(String cutoverId, long after, int limit) {
        return log.events(cutoverId, after, limit);
    }

    @Override
    public Moves moves(Cutover cutover, Actor actor) {
        Moves moves = Allowed.of(cutover, actor, directory.get(), decisions.now());
        boolean rehearse = !moves.sign().isEmpty()
                && cutover.gate(cutover.phase()).flatMap(gate -> unrehearsed(cutover, gate)).isPresent();
        return rehearse ? moves.withoutSigning() : moves;
    }

    @Override
    public List<Rehearsal> rehearsals(String templateKey, String source) {
        return log.rehearsals(templateKey, source);
    }

    @Override
    public Optional<String> unrehearsed(Cutover cutover, Gate gate) {
        return demand.unmet(cutover, gate.definition(), decisions.now())
                .map(why -> why + " " + RehearsalDemand.next(cutover));
    }

    @Override
    public Optional<String> outsideWindow(Cutover cutover, Step step) {
        return WindowRule.objection(cutover, step, decisions.now());
    }

    @Override
    public List<String> unstaffed(Template template) {
        return new Staffing(directory.get()).problems(template);
    }

    @Override
    public Cutover setPlan(Command command, String planHash, String summary) {
        return decide(command, draft -> GateMoves.setPlan(draft, command.actor(), planHash, summary));
    }

    @Override
    public Cutover setPlan(StepContext step, String planHash, String summary) {
        return decisions.decide(step.cutoverId(), draft -> {
            step.ensureOwner();
            GateMoves.setPlan(draft, Actor.FERRYMAN, planHash, summary);
        });
    }

    @Override
    public Cutover setWindow(Command command, @Nullable Window window, String reason) {
        return decide(command, draft -> WindowMoves.set(draft, command.actor(), window, reason,
                window == null ? List.of() : calendar.collisions(window)));
    }

    @Override
    public Cutover moveTo(Command command, String node, String reason) {
        return decide(command, draft -> NodeMoves.move(draft, command.actor(), node.strip(), reason,
                replicas.waits(draft.cutover()), nodes()));
    }

    @Override
    public List<String> otherNodes(Cutover cutover, Actor actor) {
        Optional<String> waits = replicas.waits(cutover);
        return waits.isEmpty()
                ? List.of()
                : nodes().stream().filter(node -> Allowed.allows(cutover, decisions.now(),
                        draft -> NodeMoves.move(draft, actor, node, "…", waits, List.of(node)))).toList();
    }

    private List<String> nodes() {
        return replicas.alive().stream().map(Replica::node).distinct().toList();
    }

    @Override
    public Cutover run(Command command, String stepKey) {
        return decide(command, draft -> StepMoves.run(draft, command.actor(), stepKey));
    }

    @Override
    public Cutover complete(Command command, String stepKey, String evidence, Reading reading) {
        return decide(command, draft -> StepMoves.complete(draft, command.actor(), stepKey, evidence, reading));
    }

    @Override
    public Cutover retry(Command command, String stepKey) {
        return decide(command, draft -> StepMoves.retry(draft, command.actor(), stepKey));
    }

    @Override
    public Cutover skip(Command command, String stepKey, String reason) {
        return decide(command, draft -> StepMoves.skip(draft, command.actor(), stepKey, reason));
    }

    @Override
    public Cutover overrideWindow(Command command, String stepKey, String reason) {
        return decide(command, draft -> StepMoves.overrideWindow(draft, command.actor(), stepKey, reason));
    }

    @Override
    public Cutover cancel(Command command, String stepKey, String reason) {
        return decide(command, draft -> StepMoves.cancel(draft, command.actor(), stepKey, reason));
    }

    @Override
    public Cutover forceFail(Command command, String stepKey, String reason) {
        return decide(command, draft -> StepMoves.forceFail(draft, command.actor(), stepKey, reason));
    }

    @Override
    public Cutover note(Command command, String stepKey, String note) {
        return decide(command, draft -> StepMoves.note(draft, command.actor(), stepKey, note));
    }

    @Override
    public Cutover sign(Command command, String gateKey, String role, String comment, List<String> confirmed) {
        RoleDirectory roles = directory.get();
        return decideOnProof(command, "Signing", draft -> {
            demand.check(draft, gateKey);
            GateMoves.sign(draft, command.actor(), gateKey, role, comment, confirmed, roles);
        });
    }

    @Override
    public Cutover withdraw(Command command, String gateKey, String role, String reason) {
        return decide(command, draft -> GateMoves.withdraw(draft, command.actor(), gateKey, role, reason));
    }

    @Override
    public Cutover requestBreakGlass(Command command, String gateKey, String reason) {
        return decide(command, draft -> GateMoves.requestBreakGlass(draft, command.actor(), gateKey, reason));
    }

    @Override
    public Cutover confirmBreakGlass(Command command, String gateKey) {
        return decideOnProof(command, "Breaking the glass",
                draft -> GateMoves.confirmBreakGlass(draft, command.actor(), gateKey));
    }

    @Override
    public Cutover holdRollback(Command command, String reason) {
        return decide(command, draft -> Course.hold(draft, command.actor(), reason));
    }

    @Override
    public Cutover rollback(Command command, String reason) {
        return decide(command, draft -> Course.rollback(draft, command.actor(), reason));
    }

    @Override
    public Cutover abort(Command command, String reason) {
        return decide(command, draft -> Course.abort(draft, command.actor(), reason));
    }

    @Override
    public Cutover complete(Command command) {
        return decideOnProof(command, "Completing", draft -> Course.complete(draft, command.actor()));
    }

    @Override
    public Cutover confirmWrites(Command command, String how) {
        return decide(command, draft -> TargetMoves.confirmWrites(draft, command.actor(), how));
    }

    @Override
    public void permitSession(Actor actor, Cutover cutover, String tried) {
        TargetMoves.endSession(new Draft(cutover, decisions.now(), Draft.Interrupted.CLEANLY), actor, tried);
    }

    @Override
    public Cutover signalSession(Actor actor, String cutoverId, String tried, CutoverEvent.SessionSignalled what) {
        return decisions.decide(cutoverId, draft -> TargetMoves.signal(draft, actor, tried, what));
    }

    @Override
    public Cutover sessionAnswered(String cutoverId, CutoverEvent.SessionAnswered what) {
        return decisions.decide(cutoverId, draft -> TargetMoves.answered(draft, what));
    }

    @Override
    public Cutover writeLesson(Actor actor, String cutoverId, String text, @Nullable Long corrects) {
        return decisions.decide(cutoverId, draft -> ReportMoves.writeLesson(draft, actor, text, corrects));
    }

    @Override
    public Cutover reportIncident(Actor actor, String cutoverId, CutoverEvent.IncidentReported incident) {
        return decisions.decide(cutoverId, draft -> ReportMoves.reportIncident(draft, actor, incident));
    }

    @Override
    public Cutover attach(Actor actor, String cutoverId, CutoverEvent.FileAttached file, int most) {
        return decisions.decide(cutoverId, draft -> ReportMoves.attach(draft, actor, file, most));
    }

    @Override
    public Cutover removeAttachment(Actor actor, String cutoverId, CutoverEvent.FileRemoved file) {
        return decisions.decide(cutoverId, draft -> ReportMoves.removeAttachment(draft, actor, file));
    }

    private Cutover decide(Command command, Consumer<Draft> move) {
        return decisions.decide(command.cutoverId(), draft -> {
            if (draft.cutover().version() != command.expectedVersion()) {
                throw stale(command, draft.cutover());
            }
            move.accept(draft);
        });
    }

    /**
     * What people answer for rests on what is on record. Whatever leads back to safety does not ask: it must be possible
     * with a log that somebody has changed, too.
     */
    private Cutover decideOnProof(Command command, String tried, Consumer<Draft> move) {
        return decide(command, draft -> {
            chain.verify(command.cutoverId()).broken().ifPresent(link -> {
                throw new IllegalMoveException(tried, "the log of this cutover is not as it was written, " + link.what()
                        + ".",
                        "Nothing was changed. Run ‘ferryman verify-log’ and call whoever answers for security;"
                                + " rolling back and aborting are possible.");
            });
            move.accept(draft);
        });
    }

    /** Tells what a person did since, if one did, else the last thing that happened. */
    private StaleVersionException stale(Command command, Cutover now) {
        List<LoggedEvent> since = log.events(now.id(), command.expectedVersion(), Integer.MAX_VALUE);
        String what = since.reversed().stream()
                .filter(event -> !event.recorded().actor().equals(Actor.FERRYMAN.username())).findFirst()
                .or(() -> since.reversed().stream().findFirst()).map(LoggedEvent::sentence)
                .orElse("It was shown at version " + command.expectedVersion() + ", which it has not reached.");
        return new StaleVersionException(now.id(), command.expectedVersion(), now.version(), what);
    }

    private void check(StepDefinition step, Placeholders placeholders, Map<String, String> problems) {
        String type = step.uses();
        if (type == null) {
            return;
        }
        StepAction action = actions.get(type);
        List<String> found = action == null
                ? List.of("There is no action ‘" + type + "’.")
                : action.check(placeholders.resolve(step.with()));
        if (!found.isEmpty()) {
            problems.put("steps." + step.key(), "Step ‘" + step.title() + "’: " + String.join(" ", found));
        }
    }

    /** Short enough to be read out on the telephone, without letters that are taken for one another. */
    private String newId() {
        StringBuilder id = new StringBuilder(ID_LENGTH);
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ID_LETTERS.charAt(random.nextInt(ID_LETTERS.length())));
        }
        return id.toString();
    }
}
