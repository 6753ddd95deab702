package dev.ferryman.web.internal;

import dev.ferryman.access.Confirmations;
import dev.ferryman.access.CurrentUser;
import dev.ferryman.activity.BackendIdentity;
import dev.ferryman.activity.BackendSignal;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.SessionOrder;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.RoleMissingException;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The sessions of a cutover's target: who waits for whom, and a way to end what is in the way. */
@Controller
final class SessionPages {
    private final CutoverService cutovers;
    private final Confirmations confirmations;

    SessionPages(CutoverService cutovers, Confirmations confirmations) {
        this.cutovers = cutovers;
        this.confirmations = confirmations;
    }

    @GetMapping("/cutovers/{id}/sessions")
    String sessions(CurrentUser user, @PathVariable String id, Model model) {
        return page(Actors.of(user), id, Typed.NOTHING, model);
    }

    /** The part of the page that changes. */
    @GetMapping("/cutovers/{id}/sessions/fragments/live")
    String fragments(CurrentUser user, @PathVariable String id, Model model) {
        page(Actors.of(user), id, Typed.NOTHING, model);
        return "cutovers/sessions :: regions";
    }

    private String page(Actor actor, String id, Typed typed, Model model) {
        model.addAttribute("view", cutovers.view(actor, id));
        model.addAttribute("sessions", cutovers.sessions(actor, id));
        model.addAttribute("typed", typed);
        return "cutovers/sessions";
    }

    /**
     * What was seen of a session, as the page has it in hidden fields.
     *
     * @param text the reason
     * @param confirm what was typed to confirm
     */
    record Form(@Nullable String started, @Nullable String transaction, @Nullable String query,
            @Nullable String text, @Nullable String confirm) {
        BackendIdentity session(int pid) {
            return new BackendIdentity(pid, at(started), at(transaction), at(query));
        }

        String reason() {
            return text == null ? "" : text.strip();
        }

        private static @Nullable Instant at(@Nullable String text) {
            try {
                return text == null || text.isEmpty() ? null : Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new BadInputException("The request does not name a session as the page does.",
                        "Load the page again and use its buttons.", e);
            }
        }
    }

    @PostMapping("/cutovers/{id}/sessions/{pid}/{move}")
    String end(CurrentUser user, @PathVariable String id, @PathVariable int pid, @PathVariable String move, Form form,
            HttpServletResponse response, Model model, RedirectAttributes flash) {
        BackendSignal signal = BackendSignal.ofKey(move)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no move " + move));
        Actor actor = Actors.of(user);
        Typed typed = new Typed("", String.valueOf(pid), move, form.reason(), "");
        if (signal == BackendSignal.TERMINATE) {
            if (form.confirm() == null || !form.confirm().strip().equals(String.valueOf(pid))) {
                return again(actor, id, typed, new Notice("The session was not ended: its number was not typed, or not"
                        + " exactly.", "Type it as it is shown beside the field."), HttpStatus.UNPROCESSABLE_CONTENT,
                        response, model);
            }
            confirmations.require("end a session of the database");
        }
        try {
            String outcome = cutovers.endSession(actor, id, new SessionOrder(signal, form.session(pid), form.reason()));
            flash.addFlashAttribute("notice", new Notice("Session " + pid + ": " + outcome, ""));
            return "redirect:/cutovers/" + id + "/sessions";
        } catch (IllegalMoveException refused) {
            return again(actor, id, typed,
                    new Notice(refused.tried() + " is not possible: " + refused.reason(), refused.instead()),
                    refused instanceof RoleMissingException ? HttpStatus.FORBIDDEN : HttpStatus.CONFLICT, response,
                    model);
        } catch (BadInputException bad) {
            return again(actor, id, typed, new Notice(String.valueOf(bad.getMessage()), bad.next()),
                    HttpStatus.UNPROCESSABLE_CONTENT, response, model);
        }
    }

    private String again(Actor actor, String id, Typed typed, Notice notice, HttpStatus status,
            HttpServletResponse response, Model model) {
        response.setStatus(status.value());
        model.addAttribute("alert", notice);
        return page(actor, id, typed, model);
    }
}
