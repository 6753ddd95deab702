package dev.ferryman.cutover.internal;

import dev.ferryman.access.Role;
import dev.ferryman.copy.CopyFailedException;
import dev.ferryman.copy.Quarantine;
import dev.ferryman.cutover.CutoverDraft;
import dev.ferryman.cutover.CutoverPreview;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.CutoverView;
import dev.ferryman.cutover.DecisionMatrix;
import dev.ferryman.cutover.Diagnosis;
import dev.ferryman.cutover.DifferenceRow;
import dev.ferryman.cutover.NoSuchPartException;
import dev.ferryman.cutover.NotAllowedException;
import dev.ferryman.cutover.Permission;
import dev.ferryman.cutover.PlanChoice;
import dev.ferryman.cutover.QuarantineView;
import dev.ferryman.cutover.SampleRow;
import dev.ferryman.cutover.SessionOrder;
import dev.ferryman.cutover.SessionsView;
import dev.ferryman.cutover.StepView;
import dev.ferryman.cutover.TargetDraft;
import dev.ferryman.cutover.VerdictRow;
import dev.ferryman.cutover.VerificationView;
import dev.ferryman.cutover.WindowDraft;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Attempt;
import dev.ferryman.runbook.Command;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.LoggedEvent;
import dev.ferryman.runbook.Reading;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The application service. Rights to create are decided here, all others by the runbook's own rules. What one page shows
 * is read in one transaction: on one connection, and on an SQLite state store as of one moment.
 */
@Component
class CutoverDesk implements CutoverService {
    private static final List<Role> CREATORS = List.of(Role.OPERATOR, Role.DBA, Role.DEVOPS_LEAD, Role.TECH_LEAD);

    private static final int CURVE_POINTS = 300;

    private final Runbook runbook;
    private final Drafts drafts;
    private final Views views;
    private final VerificationStore verifications;
    private final Connections connections;
    private final PasswordBox box;
    private final PlanDesk planDesk;
    private final RecoveryOptions options;
    private final MonitorViews monitors;
    private final Troubleshooting troubleshooting;
    private final SessionDesk sessions;
    private final Clock clock;

    CutoverDesk(Runbook runbook, Drafts drafts, Views views, VerificationStore verifications,
            Connections connections, PasswordBox box,
            PlanDesk planDesk, RecoveryOptions options, MonitorViews monitors, Troubleshooting troubleshooting,
            SessionDesk sessions, Clock clock) {
        this.sessions = sessions;
        this.troubleshooting = troubleshooting;
        this.monitors = monitors;
        this.options = options;
        this.planDesk = planDesk;
        this.runbook = runbook;
        this.drafts = drafts;
        this.views = views;
        this.verifications = verifications;
        this.connections = connections;
        this.box = box;
        this.clock = clock;
    }

    @Override
    public boolean mayCreate(Actor actor) {
        return CREATORS.stream().map(Role::id).anyMatch(actor::holds);
    }

    @Override
    public boolean passwordsCanBeStored() {
        return box.usable();
    }

    @Override
    public String seal(Secret password, String purpose) {
        return box.seal(password, purpose);
    }

    @Override
    public Secret open(String sealed, String purpose) {
        return box.open(sealed, purpose);
    }

    @Override
    public boolean holdsPassword(String targetUrl) {
        return Connections.holdsPassword(targetUrl);
    }

    @Override
    public CutoverPreview preview(Actor actor, CutoverDraft draft) {
        requireCreator(actor);
        return drafts.preview(actor, draft);
    }

    @Override
    public Cutover create(Actor actor, CutoverDraft draft) {
        requireCreator(actor);
        return drafts.create(actor, draft);
    }

    @Override
    public CutoverDraft draftLike(Actor actor, String cutoverId) {
        requireCreator(actor);
        Cutover cutover = runbook.get(cutoverId);
        Connections.Stored stored = connections.of(cutoverId);
        Map<String, String> parameters = new LinkedHashMap<>();
        cutover.parameters().forEach((key, value) -> parameters.put(key, String.valueOf(value)));
        return new CutoverDraft(cutover.name(), cutover.template().key(), stored.sourcePath(),
                new TargetDraft(stored.targetUrl(),
                        stored.passwordReference() == null ? "" : stored.passwordReference(), null, stored.schema()),
                stored.mode(), parameters, cutover.rehearsal(), WindowDraft.NONE);
    }

    private void requireCreator(Actor actor) {
        if (!mayCreate(actor)) {
            throw new NotAllowedException("Your roles do not permit creating a cutover.",
                    "Ask somebody with one of these roles: "
                            + String.join(", ", CREATORS.stream().map(Role::label).toList()) + ".");
        }
    }

    @Override
    public Cutover get(String cutoverId) {
        return runbook.get(cutoverId);
    }

    @Override
    public List<Cutover> withWindows() {
        return runbook.list().stream().filter(summary -> summary.window() != null && summary.archived() == null)
                .map(summary -> runbook.get(summary.id())).toList();
    }

    @Override
    public List<CutoverSummary> list() {
        return runbook.list();
    }

    @Override
    @Transactional(readOnly = true)
    public CutoverView view(Actor actor, String cutoverId) {
        return views.of(runbook.get(cutoverId), actor);
    }

    @Override
    @Transactional(readOnly = true)
    public StepView step(Actor actor, String cutoverId, String stepKey) {
        Cutover cutover = runbook.get(cutoverId);
        return views.step(cutover, required(cutover, stepKey), runbook.moves(cutover, actor), clock.instant());
    }

    @Override
    public List<SampleRow> samples(String cutoverId, String stepKey, @Nullable String probe, long after, int limit) {
        return attempt(cutoverId, stepKey)
                .map(number -> monitors.samples(cutoverId, stepKey, number, probe, after, limit)).orElse(List.of());
    }

    @Override
    public List<SampleRow> curve(String cutoverId, String stepKey, String probe) {
        return attempt(cutoverId, stepKey)
                .map(number -> monitors.curve(cutoverId, stepKey, number, probe, CURVE_POINTS)).orElse(List.of());
    }

    @Override
    public List<VerdictRow> verdicts(String cutoverId, String stepKey) {
        Cutover cutover = runbook.get(cutoverId);
        return monitors.verdicts(cutover, required(cutover, stepKey));
    }

    private Optional<Integer> attempt(String cutoverId, String stepKey) {
        return required(runbook.get(cutoverId), stepKey).lastAttempt().map(Attempt::number);
    }

    private static Step required(Cutover cutover, String stepKey) {
        return cutover.step(stepKey)
                .orElseThrow(() -> new NoSuchPartException("The cutover has no step ‘" + stepKey + "’.",
                        "Use one of the steps on its page."));
    }

    @Override
    public Diagnosis diagnose(String cutoverId, String stepKey) {
        Cutover cutover = runbook.get(cutoverId);
        return troubleshooting.of(cutover.id(), required(cutover, stepKey));
    }

    @Override
    public List<LoggedEvent> events(String cutoverId) {
        return runbook.events(cutoverId);
    }

    @Override
    public List<LoggedEvent> events(String cutoverId, long after, int limit) {
        return runbook.events(cutoverId, after, limit);
    }

    @Override
    public Permission mayChoose(Actor actor, String cutoverId) {
        return planDesk.mayChoose(runbook.get(cutoverId), actor);
    }

    @Override
    public Cutover choose(Command command, List<PlanChoice> choices) {
        return planDesk.choose(command, choices);
    }

    @Override
    public String planFile(String cutoverId) {
        return planDesk.file(runbook.get(cutoverId).id());
    }

    @Override
    public Cutover usePlanFile(Command command, String yaml) {
        return planDesk.useFile(command, yaml);
    }

    @Override
    public List<VerificationView> verifications(String cutoverId) {
        return verifications.all(runbook.get(cutoverId).id());
    }

    @Override
    public Optional<VerificationView> verification(String cutoverId, long verificationId) {
        return verifications.find(cutoverId, verificationId);
    }

    @Override
    public void writeDifferences(String cutoverId, long verificationId, Appendable csv) throws IOException {
        if (verifications.find(cutoverId, verificationId).isEmpty()) {
            throw new NoSuchPartException("The cutover has no verification " + verificationId + ".",
                    "Use one of those on its page.");
        }
        csv.append("table,key,column,kind,source,target\r\n");
        try {
            verifications.each(verificationId, row -> line(csv, row));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public QuarantineView quarantine(String cutoverId, long after) {
        try {
            return QuarantineLook.of(quarantineOf(cutoverId), after);
        } catch (CopyFailedException e) {
            throw new BadInputException(String.valueOf(e.getMessage()), e.next(), e);
        }
    }

    @Override
    public void writeQuarantine(String cutoverId, Appendable lines) throws IOException {
        try {
            quarantineOf(cutoverId).writeJsonLines(lines);
        } catch (CopyFailedException e) {
            throw new BadInputException(String.valueOf(e.getMessage()), e.next(), e);
        }
    }

    private Quarantine quarantineOf(String cutoverId) {
        String id = runbook.get(cutoverId).id();
        return new Quarantine(connections.target(id), id);
    }

    private static void line(Appendable csv, DifferenceRow row) {
        try {
            csv.append(Stream.of(row.table(), row.key(), row.column(), row.kind(), row.source(), row.target())
                    .map(CutoverDesk::quoted).collect(Collectors.joining(","))).append("\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An empty field is NULL or nothing, an empty text is {@code ""}; a text that a spreadsheet would run is disarmed. */
    private static String quoted(@Nullable String value) {
        if (value == null) {
            return "";
        }
        boolean formula = !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0
                && !value.matches("-?\\d+(\\.\\d+)?");
        return "\"" + (formula ? "'" : "") + value.replace("\"", "\"\"") + "\"";
    }

    @Override
    public Cutover setWindow(Command command, WindowDraft window, String reason) {
        return runbook.setWindow(command, window.window().orElse(null), reason);
    }

    @Override
    public Cutover moveTo(Command command, String node, String reason) {
        return runbook.moveTo(command, node, reason);
    }

    @Override
    public Cutover run(Command command, String step) {
        return runbook.run(command, step);
    }

    @Override
    public Cutover complete(Command command, String step, String evidence, Reading reading) {
        return runbook.complete(command, step, evidence, reading);
    }

    @Override
    public Cutover retry(Command command, String step) {
        return runbook.retry(command, step);
    }

    @Override
    public Cutover skip(Command command, String step, String reason) {
        return runbook.skip(command, step, reason);
    }

    @Override
    public Cutover overrideWindow(Command command, String step, String reason) {
        return runbook.overrideWindow(command, step, reason);
    }

    @Override
    public Cutover cancel(Command command, String step, String reason) {
        return runbook.cancel(command, step, reason);
    }

    @Override
    public Cutover forceFail(Command command, String step, String reason) {
        return runbook.forceFail(command, step, reason);
    }

    @Override
    public Cutover note(Command command, String step, String note) {
        return runbook.note(command, step, note);
    }

    @Override
    public Cutover sign(Command command, String gate, String role, String comment, List<String> confirmed) {
        return runbook.sign(command, gate, role, comment, confirmed);
    }

    @Override
    public Cutover withdraw(Command command, String gate, String role, String reason) {
        return runbook.withdraw(command, gate, role, reason);
    }

    @Override
    public Cutover requestBreakGlass(Command command, String gate, String reason) {
        return runbook.requestBreakGlass(command, gate, reason);
    }

    @Override
    public Cutover confirmBreakGlass(Command command, String gate) {
        return runbook.confirmBreakGlass(command, gate);
    }

    @Override
    public DecisionMatrix decisionMatrix(String cutoverId) {
        return options.of(runbook.get(cutoverId));
    }

    @Override
    public Cutover holdRollback(Command command, String reason) {
        return runbook.holdRollback(command, reason);
    }

    @Override
    public Cutover rollback(Command command, String reason) {
        return runbook.rollback(command, reason);
    }

    @Override
    public Cutover abort(Command command, String reason) {
        return runbook.abort(command, reason);
    }

    @Override
    public Cutover complete(Command command) {
        return runbook.complete(command);
    }

    @Override
    public Cutover confirmWrites(Command command, String how) {
        return runbook.confirmWrites(command, how);
    }

    @Override
    public SessionsView sessions(Actor actor, String cutoverId) {
        return sessions.view(actor, cutoverId);
    }

    @Override
    public long sessionsNumber(String cutoverId) {
        return sessions.number(cutoverId);
    }

    @Override
    public String endSession(Actor actor, String cutoverId, SessionOrder order) {
        return sessions.end(actor, cutoverId, order);
    }
}
