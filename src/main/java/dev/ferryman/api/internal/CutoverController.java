package dev.ferryman.api.internal;

import dev.ferryman.access.Confirmations;
import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.NeedsScope;
import dev.ferryman.access.Role;
import dev.ferryman.access.Scope;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.NoSuchPartException;
import dev.ferryman.cutover.PlanChoice;
import dev.ferryman.cutover.QuarantineView;
import dev.ferryman.cutover.WindowDraft;
import dev.ferryman.report.CalendarFile;
import dev.ferryman.report.Report;
import dev.ferryman.report.Reports;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Command;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Gate;
import dev.ferryman.runbook.LoggedEvent;
import dev.ferryman.runbook.Reading;
import dev.ferryman.runbook.StepLog;
import dev.ferryman.schema.Choice;
import dev.ferryman.schema.Decision;
import dev.ferryman.schema.Plan;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Cutovers over HTTP: what the pages can do, with the same rules and the same words. */
@RestController
@RequestMapping("/api/v1/cutovers")
@Tag(name = "Cutovers", description = "Every command carries the version it was decided on; a stale one is answered "
        + "with 409 and changes nothing.")
class CutoverController {
    private static final String SWITCHES = "For the switch itself the token needs the scope switch as well.";
    private static final int MOST_EVENTS = 1000;
    private static final int MOST_SAMPLES = 1000;
    private static final int MOST_LINES = 1000;
    /** As long as the fields of the pages. */
    private static final int LONGEST_TEXT = 4000;

    private final CutoverService cutovers;
    private final StepLog stepLog;
    private final Reports reports;
    private final Confirmations confirmations;

    CutoverController(CutoverService cutovers, StepLog stepLog, Reports reports, Confirmations confirmations) {
        this.cutovers = cutovers;
        this.stepLog = stepLog;
        this.reports = reports;
        this.confirmations = confirmations;
    }

    @GetMapping
    @Operation(summary = "All cutovers, the latest changed first")
    List<CutoverJson.Summary> list() {
        return cutovers.list().stream().map(CutoverJson.Summary::of).toList();
    }

    @PostMapping("/preview")
    @Operation(summary = "Tests both connections and plans the move; creates nothing")
    DraftJson.Preview preview(@RequestBody DraftJson draft, CurrentUser user) {
        return DraftJson.Preview.of(cutovers.preview(actor(user), draft.toDraft()));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Creates a cutover from a template; its checklist begins at once")
    ResponseEntity<CutoverJson> create(@RequestBody DraftJson draft, CurrentUser user) {
        Cutover created = cutovers.create(actor(user), draft.toDraft());
        return ResponseEntity.created(URI.create("/api/v1/cutovers/" + created.id())).body(view(user, created.id()));
    }

    @GetMapping("/{id}")
    @Operation(summary = "One cutover: phases, steps, gates, progress, and what the caller may do now")
    CutoverJson get(@PathVariable String id, CurrentUser user) {
        return view(user, id);
    }

    @GetMapping(path = "/{id}/calendar", produces = CalendarFile.TYPE)
    @Operation(summary = "Its window and what is due as an iCalendar file")
    String calendar(@PathVariable String id) {
        return CalendarFile.of(List.of(cutovers.get(id)));
    }

    @GetMapping(path = "/calendar", produces = CalendarFile.TYPE)
    @Operation(summary = "The windows of all cutovers and what is due as an iCalendar file")
    String calendar() {
        return CalendarFile.of(cutovers.withWindows());
    }

    @GetMapping("/{id}/plan")
    @Operation(summary = "The plan in force, whole")
    Plan plan(@PathVariable String id, CurrentUser user) {
        return cutovers.view(actor(user), id).plan().map(plan -> plan.plan())
                .orElseThrow(() -> new NoSuchPartException("The cutover has no plan yet.",
                        "One of its steps works it out; ask again when that is done."));
    }

    @PostMapping("/{id}/plan/choices")
    @Operation(summary = "Chooses what becomes of what does not fit; the plan follows at once", description = "Each entry names"
            + " one of the plan's decisions by kind, table, column and subject, and one of its options. Sign-offs bound to"
            + " another plan are void.")
    CutoverJson choose(@PathVariable String id, @RequestBody ChoiceOrder order, CurrentUser user) {
        return view(user, cutovers.choose(command(id, order.expectedVersion(), user), order.chosen()).id());
    }

    @GetMapping(path = "/{id}/plan/file", produces = "application/yaml")
    @Operation(summary = "The choices as a plan file, with what there is to choose as comments")
    String planFile(@PathVariable String id) {
        return cutovers.planFile(id);
    }

    @PutMapping("/{id}/plan/file")
    @Operation(summary = "Puts the choices of a plan file, which is the text, in the place of those made so far")
    CutoverJson usePlanFile(@PathVariable String id, @RequestBody PlanFileOrder order, CurrentUser user) {
        return view(user, cutovers.usePlanFile(command(id, order.expectedVersion(), user),
                order.text() == null ? "" : order.text()).id());
    }

    @GetMapping("/{id}/events")
    @Operation(summary = "The hash-chained event log, oldest first", description = "At most " + MOST_EVENTS
            + " events at a time; go on with after = the last seq.")
    List<EventJson> events(@PathVariable String id, @RequestParam(defaultValue = "0") long after) {
        return cutovers.events(id, after, MOST_EVENTS).stream().map(EventJson::of).toList();
    }

    @GetMapping("/{id}/verification")
    @Operation(summary = "Every comparison of both sides, oldest first")
    List<VerificationJson> verification(@PathVariable String id) {
        return cutovers.verifications(id).stream().map(VerificationJson::of).toList();
    }

    @GetMapping("/{id}/verification/{verification}/differences")
    @Operation(summary = "All stored differences of a comparison as CSV")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = "text/csv", schema = @Schema(implementation = String.class)))
    void differences(@PathVariable String id, @PathVariable long verification, HttpServletResponse response)
            throws IOException {
        if (cutovers.verification(id, verification).isEmpty()) {
            throw new NoSuchPartException("The cutover has no verification " + verification + ".",
                    "List them at /api/v1/cutovers/" + id + "/verification.");
        }
        response.setContentType("text/csv");
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        response.setHeader("Content-Disposition", "attachment; filename=\"differences-" + verification + ".csv\"");
        cutovers.writeDifferences(id, verification, response.getWriter());
    }

    @GetMapping("/{id}/quarantine")
    @Operation(summary = "What is in quarantine", description = "At most " + QuarantineView.PAGE
            + " rows at a time; go on with after = the last number.")
    QuarantineJson quarantine(@PathVariable String id, @RequestParam(defaultValue = "0") long after) {
        return QuarantineJson.of(cutovers.quarantine(id, after));
    }

    @GetMapping("/{id}/quarantine/rows")
    @Operation(summary = "All rows in quarantine, whole, one JSON object a line")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = "application/jsonl", schema = @Schema(implementation = String.class)))
    void quarantined(@PathVariable String id, HttpServletResponse response) throws IOException {
        response.setContentType("application/jsonl");
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        cutovers.writeQuarantine(id, response.getWriter());
    }

    @GetMapping("/{id}/report")
    @Operation(summary = "What happened, as it stands: markdown (default), html or json")
    @ApiResponse(responseCode = "200", content = {
            @Content(mediaType = "text/markdown", schema = @Schema(implementation = String.class)),
            @Content(mediaType = MediaType.TEXT_HTML_VALUE, schema = @Schema(implementation = String.class)),
            @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(implementation = Report.class))})
    ResponseEntity<Object> report(@PathVariable String id, CurrentUser user,
            @Parameter(schema = @Schema(allowableValues = {"markdown", "html",
                    "json"}, defaultValue = "markdown")) @RequestParam(defaultValue = "markdown") String format) {
        Report report = reports.of(actor(user), id);
        return switch (format) {
            case "markdown" -> written(new MediaType("text", "markdown", StandardCharsets.UTF_8),
                    reports.markdown(report));
            case "html" -> written(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8), reports.html(report));
            case "json" -> written(MediaType.APPLICATION_JSON, report);
            default -> throw new BadFieldException("format", "A report has no such format.",
                    "Ask for markdown, html or json.");
        };
    }

    private static ResponseEntity<Object> written(MediaType type, Object body) {
        return ResponseEntity.ok().contentType(type).body(body);
    }

    @GetMapping("/{id}/steps/{step}/checks")
    @Operation(summary = "What is found where a step failed", description = "Asks both databases, for a few seconds at most; nothing of it is kept. Empty where the step has not failed, or has nothing to do with the databases.")
    DiagnosisJson checks(@PathVariable String id, @PathVariable String step) {
        return DiagnosisJson.of(cutovers.diagnose(id, step));
    }

    @GetMapping("/{id}/steps/{step}/output")
    @Operation(summary = "Lines a step wrote, in order")
    List<PhaseJson.LineJson> output(@PathVariable String id, @PathVariable String step, CurrentUser user,
            @RequestParam(defaultValue = "0") long after) {
        return stepLog.output(id, step(user, id, step), after, MOST_LINES).stream().map(PhaseJson.LineJson::of)
                .toList();
    }

    @GetMapping("/{id}/steps/{step}/samples")
    @Operation(summary = "What the probes of a watching step's latest attempt saw, in order", description = "At most "
            + MOST_SAMPLES + " samples at a time; go on with after = the last number.")
    List<ProbeJson.SampleJson> samples(@PathVariable String id, @PathVariable String step, CurrentUser user,
            @RequestParam(required = false) @Nullable String probe, @RequestParam(defaultValue = "0") long after) {
        return cutovers.samples(id, step(user, id, step), probe, after, MOST_SAMPLES).stream()
                .map(ProbeJson.SampleJson::of).toList();
    }

    @GetMapping("/{id}/steps/{step}/verdicts")
    @Operation(summary = "What decided the attempts at a watching step, the latest attempt first", description = "Kept with"
            + " the decision: what was asked, the threshold, and the latest samples of each probe.")
    List<ProbeJson.VerdictJson> verdicts(@PathVariable String id, @PathVariable String step) {
        return cutovers.verdicts(id, step).stream().map(ProbeJson.VerdictJson::of).toList();
    }

    @PostMapping("/{id}/steps/{step}/run")
    @Operation(summary = "Starts a step", description = SWITCHES)
    CutoverJson run(@PathVariable String id, @PathVariable String step, @RequestBody Order order, CurrentUser user) {
        confirmTheSwitch(user, id, step);
        return view(user, cutovers.run(order.on(id, user), step(user, id, step)).id());
    }

    @PostMapping("/{id}/steps/{step}/complete")
    @Operation(summary = "Says that a manual step is done; text is the evidence", description = SWITCHES)
    CutoverJson completeStep(@PathVariable String id, @PathVariable String step, @RequestBody CompleteOrder order,
            CurrentUser user) {
        confirmTheSwitch(user, id, step);
        return view(user, cutovers.complete(command(id, order.expectedVersion(), user), step(user, id, step),
                written(order.text()), new Reading(written(order.figure()), written(order.acceptance()))).id());
    }

    @PostMapping("/{id}/steps/{step}/retry")
    @Operation(summary = "Starts a new attempt at a step that did not pass", description = SWITCHES)
    CutoverJson retry(@PathVariable String id, @PathVariable String step, @RequestBody Order order, CurrentUser user) {
        confirmTheSwitch(user, id, step);
        return view(user, cutovers.retry(order.on(id, user), step(user, id, step)).id());
    }

    @PostMapping("/{id}/steps/{step}/skip")
    @Operation(summary = "Accepts going on without a step; text is the reason")
    CutoverJson skip(@PathVariable String id, @PathVariable String step, @RequestBody Order order, CurrentUser user) {
        return view(user, cutovers.skip(order.on(id, user), step(user, id, step), order.text()).id());
    }

    @PostMapping("/{id}/steps/{step}/override-window")
    @Operation(summary = "Lets a step start outside the window; text is the reason")
    CutoverJson overrideWindow(@PathVariable String id, @PathVariable String step, @RequestBody Order order,
            CurrentUser user) {
        return view(user, cutovers.overrideWindow(order.on(id, user), step(user, id, step), order.text()).id());
    }

    @PostMapping("/{id}/steps/{step}/cancel")
    @Operation(summary = "Stops the attempt under way; text is the reason")
    CutoverJson cancel(@PathVariable String id, @PathVariable String step, @RequestBody Order order,
            CurrentUser user) {
        return view(user, cutovers.cancel(order.on(id, user), step(user, id, step), order.text()).id());
    }

    @PostMapping("/{id}/steps/{step}/force-fail")
    @Operation(summary = "Forces a running or unknown attempt to failed; text is the reason")
    CutoverJson forceFail(@PathVariable String id, @PathVariable String step, @RequestBody Order order,
            CurrentUser user) {
        return view(user, cutovers.forceFail(order.on(id, user), step(user, id, step), order.text()).id());
    }

    @PostMapping("/{id}/steps/{step}/note")
    @Operation(summary = "Writes a remark on a step")
    CutoverJson note(@PathVariable String id, @PathVariable String step, @RequestBody Order order, CurrentUser user) {
        return view(user, cutovers.note(order.on(id, user), step(user, id, step), order.text()).id());
    }

    @PostMapping("/{id}/gates/{gate}/approvals")
    @NeedsScope(Scope.SIGN)
    @Operation(summary = "Signs the open gate for a role the caller holds; text is a comment")
    CutoverJson sign(@PathVariable String id, @PathVariable String gate, @RequestBody SignOrder order,
            CurrentUser user) {
        return view(user, cutovers.sign(order.on(id, user), gate(user, id, gate), order.role(), order.text(),
                order.criteria() == null ? List.of() : order.criteria()).id());
    }

    @DeleteMapping("/{id}/gates/{gate}/approvals/{role}")
    @NeedsScope(Scope.SIGN)
    @Operation(summary = "Takes back one's own sign-off while the gate is open")
    CutoverJson withdraw(@PathVariable String id, @PathVariable String gate, @PathVariable String role,
            @RequestParam long expectedVersion, @RequestParam(defaultValue = "") String reason, CurrentUser user) {
        return view(user, cutovers.withdraw(new Command(id, expectedVersion, actor(user)),
                gate(user, id, gate), role, reason).id());
    }

    @PostMapping("/{id}/gates/{gate}/break-glass")
    @NeedsScope(Scope.SWITCH)
    @Operation(summary = "Asks to pass the open gate without its sign-offs; text is the reason")
    CutoverJson requestBreakGlass(@PathVariable String id, @PathVariable String gate, @RequestBody Order order,
            CurrentUser user) {
        return view(user, cutovers.requestBreakGlass(order.on(id, user), gate(user, id, gate), order.text()).id());
    }

    @PostMapping("/{id}/gates/{gate}/break-glass/confirmation")
    @NeedsScope(Scope.SWITCH)
    @Operation(summary = "Confirms it as the second person")
    CutoverJson confirmBreakGlass(@PathVariable String id, @PathVariable String gate, @RequestBody Order order,
            CurrentUser user) {
        return view(user, cutovers.confirmBreakGlass(order.on(id, user), gate(user, id, gate)).id());
    }

    @PutMapping("/{id}/window")
    @Operation(summary = "Sets when the cutover is to happen; text is the reason", description = "Without a start and an end"
            + " the window is taken away. A local time that the zone skips or passes twice is refused.")
    CutoverJson setWindow(@PathVariable String id, @RequestBody WindowOrder order, CurrentUser user) {
        WindowJson window = order.window();
        return view(user, cutovers.setWindow(command(id, order.expectedVersion(), user),
                window == null ? WindowDraft.NONE : window.toDraft(), written(order.text())).id());
    }

    @PostMapping("/{id}/node")
    @Operation(summary = "Says that the source is on another node from now on; text is the reason", description = "Possible while waits of the cutover says that nobody can go on where it is. The node is one of otherNodes, whose replicas see the same file under the same name, and the work directory as well.")
    CutoverJson moveTo(@PathVariable String id, @RequestBody NodeOrder order, CurrentUser user) {
        return view(user, cutovers.moveTo(command(id, order.expectedVersion(), user), written(order.node()),
                written(order.text())).id());
    }

    @PostMapping("/{id}/rollback")
    @NeedsScope(Scope.SWITCH)
    @Operation(summary = "Starts the way back; text is the reason", description = "GET the cutover first: its rollback says what this would do and which writes it would lose.")
    CutoverJson rollback(@PathVariable String id, @RequestBody Order order, CurrentUser user) {
        return view(user, cutovers.rollback(order.on(id, user), order.text()).id());
    }

    @GetMapping("/{id}/options")
    @Operation(summary = "What can be done about what is happening now, the best first", description = "Asks both databases, for a few seconds at most. Before and after the switch the rollback is one of the options; the recoveries of the runbook are others.")
    DecisionMatrixJson options(@PathVariable String id) {
        return DecisionMatrixJson.of(cutovers.decisionMatrix(id));
    }

    @PostMapping("/{id}/rollback/hold")
    @Operation(summary = "Keeps an announced rollback from beginning by itself; text is the reason", description = "rollback.pending of the cutover tells whether one is announced, why, and when it begins. After it was held a person decides about the verdict that demanded it. POST …/rollback confirms it at once.")
    CutoverJson holdRollback(@PathVariable String id, @RequestBody Order order, CurrentUser user) {
        return view(user, cutovers.holdRollback(order.on(id, user), order.text()).id());
    }

    @PostMapping("/{id}/abort")
    @Operation(summary = "Gives up; text is the reason", description = "During the checklist the cutover ends aborted, nothing was touched. During a rollback that cannot be finished from here it ends failed: what runs is stopped and the rest has to be done by hand.")
    CutoverJson abort(@PathVariable String id, @RequestBody Order order, CurrentUser user) {
        return view(user, cutovers.abort(order.on(id, user), order.text()).id());
    }

    @PostMapping("/{id}/complete")
    @Operation(summary = "Ends a cutover whose monitor phase is done and signed")
    CutoverJson complete(@PathVariable String id, @RequestBody Order order, CurrentUser user) {
        return view(user, cutovers.complete(order.on(id, user)).id());
    }

    @PostMapping("/{id}/writes")
    @Operation(summary = "Says that the application may write again; text is how that is known", description = "Possible while timing.keptSince says that it is kept from writing, also after the end. Where the steps have let it write again there is nothing to say.")
    CutoverJson confirmWrites(@PathVariable String id, @RequestBody Order order, CurrentUser user) {
        return view(user, cutovers.confirmWrites(order.on(id, user), order.text()).id());
    }

    /** The key of a step the cutover has; an address of any other is not there. */
    private String step(CurrentUser user, String id, String key) {
        return cutovers.step(actor(user), id, key).step().key();
    }

    private void confirmTheSwitch(CurrentUser user, String id, String step) {
        if (cutovers.step(actor(user), id, step).step().definition().pointOfNoReturn()) {
            confirmations.require("start the switch");
        }
    }

    private String gate(CurrentUser user, String id, String key) {
        return cutovers.view(actor(user), id).cutover().gate(key).map(Gate::key)
                .orElseThrow(() -> new NoSuchPartException("The cutover has no gate ‘" + key + "’.",
                        "Its phases list the gates it has."));
    }

    private CutoverJson view(CurrentUser user, String id) {
        return CutoverJson.of(cutovers.view(actor(user), id));
    }

    static Actor actor(CurrentUser user) {
        return new Actor(user.username(), user.displayName(),
                user.roles().stream().map(Role::id).collect(Collectors.toSet()));
    }

    /**
     * A command.
     *
     * @param expectedVersion version of the cutover it was decided on
     * @param text evidence, reason, comment or remark, as the command asks for; may be left out where none is needed
     */
    record Order(@Nullable Long expectedVersion, @Nullable String text) {
        /** No text is the empty text. */
        @Override
        public String text() {
            return written(text);
        }

        Command on(String id, CurrentUser user) {
            return command(id, expectedVersion, user);
        }
    }

    /**
     * A manual step is done.
     *
     * @param text evidence; may be left out where the step asks for none
     * @param figure the number the step asks for, such as 96.5; may be left out where it asks for none
     * @param acceptance why a figure beyond its limits is accepted; may be left out
     */
    record CompleteOrder(@Nullable Long expectedVersion, @Nullable String text, @Nullable String figure,
            @Nullable String acceptance) {}

    /**
     * Another node.
     *
     * @param node its label
     * @param text the reason
     */
    record NodeOrder(@Nullable Long expectedVersion, @Nullable String node, @Nullable String text) {}

    /**
     * A window.
     *
     * @param window null, or without start and end: none
     * @param text the reason
     */
    record WindowOrder(@Nullable Long expectedVersion, @Nullable WindowJson window, @Nullable String text) {}

    /**
     * A plan file.
     *
     * @param text its YAML, of any length that a request may have
     */
    record PlanFileOrder(@Nullable Long expectedVersion, @Nullable String text) {}

    /**
     * Choices about what does not fit.
     *
     * @param choices what is chosen; what is not named stays as it is
     */
    record ChoiceOrder(@Nullable Long expectedVersion, @Nullable List<ChoiceJson> choices) {
        List<PlanChoice> chosen() {
            return choices == null ? List.of() : choices.stream().map(ChoiceJson::toChoice).toList();
        }
    }

    /**
     * One choice.
     *
     * @param kind what it is about: values, nulls, foreign_key, check, unique or rows
     * @param column left out where the decision is not about a column
     * @param subject left out where the decision is not about a constraint
     * @param choice widen, convert, quarantine, replace, skip or fail
     */
    record ChoiceJson(@Nullable String kind, @Nullable String table, @Nullable String column,
            @Nullable String subject, @Nullable String choice) {
        private PlanChoice toChoice() {
            return new PlanChoice(word(Decision.Kind.class, "kind", kind), written(table), column, subject,
                    word(Choice.class, "choice", choice));
        }

        private static <E extends Enum<E>> E word(Class<E> words, String field, @Nullable String written) {
            for (E word : words.getEnumConstants()) {
                if (word.name().equalsIgnoreCase(written)) {
                    return word;
                }
            }
            throw new BadFieldException(field, "‘" + written(written) + "’ is no " + field + ".", "Use one of "
                    + Arrays.stream(words.getEnumConstants()).map(word -> word.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "))
                    + ".");
        }
    }

    /**
     * A sign-off.
     *
     * @param role the role it is given for
     * @param text a comment; may be left out
     * @param criteria the gate's criteria, each of them confirmed; may be left out where it has none
     */
    record SignOrder(@Nullable Long expectedVersion, @Nullable String role, @Nullable String text,
            @Nullable List<String> criteria) {
        /** No comment is the empty comment. */
        @Override
        public String text() {
            return written(text);
        }

        /** The role; a sign-off without one is refused. */
        @Override
        public String role() {
            if (role == null || role.isBlank()) {
                throw new BadFieldException("role", "The request has no role.",
                        "Say which of your roles you sign for, such as dba.");
            }
            return role;
        }

        Command on(String id, CurrentUser user) {
            return command(id, expectedVersion, user);
        }
    }

    static String written(@Nullable String text) {
        if (text != null && text.length() > LONGEST_TEXT) {
            throw new BadFieldException("text", "The text is longer than " + LONGEST_TEXT + " characters.",
                    "Say it shorter, or write a link to it.");
        }
        return text == null ? "" : text;
    }

    private static Command command(String id, @Nullable Long expectedVersion, CurrentUser user) {
        if (expectedVersion == null) {
            throw new BadFieldException("expectedVersion", "The request has no expectedVersion.",
                    "Send the version of the cutover as you last read it, so that nobody decides on a state that is gone.");
        }
        return new Command(id, expectedVersion, actor(user));
    }

    /**
     * An event of the log.
     *
     * @param payload the JSON text the hash covers
     */
    record EventJson(long seq, Instant at, String actor, String type, String sentence, String payload, String prevHash,
            String hash) {
        static EventJson of(LoggedEvent event) {
            var recorded = event.recorded();
            return new EventJson(recorded.seq(), recorded.at(), recorded.actor(), event.type(), event.sentence(),
                    event.payload(), event.prevHash(), event.hash());
        }
    }
}
