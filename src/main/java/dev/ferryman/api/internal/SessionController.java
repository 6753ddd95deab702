package dev.ferryman.api.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.access.NeedsScope;
import dev.ferryman.access.Scope;
import dev.ferryman.activity.BackendIdentity;
import dev.ferryman.activity.BackendSignal;
import dev.ferryman.api.internal.SessionJson.Outcome;
import dev.ferryman.api.internal.SessionJson.SessionCommand;
import dev.ferryman.api.internal.SessionJson.Sessions;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.SessionOrder;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Sessions of a cutover's target over HTTP. */
@RestController
@RequestMapping("/api/v1/cutovers/{id}/sessions")
@Tag(name = "Sessions", description = "Who waits for whom in the target. What sessions run is shown to callers with one of"
        + " the roles DBA, Operator and DevOps lead, who alone can cancel or end one.")
class SessionController {
    private static final String NAMES = "Names what was shown of the session: 409 where it is another one now, is at something"
            + " else, or may not be ended; nothing was done then. Written into the log before and after.";

    private final CutoverService cutovers;

    SessionController(CutoverService cutovers) {
        this.cutovers = cutovers;
    }

    @GetMapping
    @Operation(summary = "Who waits for whom in the target, and whose transactions stay open", description = "Asks the"
            + " target, for a few seconds at most, and no more than once in two seconds however many callers there are."
            + " trouble says why it could not be asked.")
    Sessions sessions(@PathVariable String id, CurrentUser user) {
        return Sessions.of(cutovers.sessions(CutoverController.actor(user), id));
    }

    @PostMapping("/{pid}/cancel")
    @Operation(summary = "Cancels the statement that a session runs; text is the reason", description = NAMES)
    Outcome cancel(@PathVariable String id, @PathVariable int pid, @RequestBody SessionCommand command,
            CurrentUser user) {
        return end(user, id, pid, BackendSignal.CANCEL, command);
    }

    @PostMapping("/{pid}/terminate")
    @NeedsScope(Scope.SWITCH)
    @Operation(summary = "Ends a session, whose transaction is rolled back; text is the reason", description = NAMES)
    Outcome terminate(@PathVariable String id, @PathVariable int pid, @RequestBody SessionCommand command,
            CurrentUser user) {
        return end(user, id, pid, BackendSignal.TERMINATE, command);
    }

    private Outcome end(CurrentUser user, String id, int pid, BackendSignal signal, SessionCommand command) {
        var session = new BackendIdentity(pid, command.backendStart(), command.xactStart(), command.queryStart());
        return new Outcome(cutovers.endSession(CutoverController.actor(user), id,
                new SessionOrder(signal, session, CutoverController.written(command.text()))));
    }
}
