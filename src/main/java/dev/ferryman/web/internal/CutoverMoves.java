package dev.ferryman.web.internal;

import dev.ferryman.access.Confirmations;
import dev.ferryman.access.CurrentUser;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.NotAllowedException;
import dev.ferryman.cutover.WindowDraft;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Command;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.Reading;
import dev.ferryman.runbook.StaleVersionException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * Every button of a cutover. A plain form is sent and the page comes back: with what was done, or with why nothing was
 * done, the present state, and what had been typed.
 */
@Controller
final class CutoverMoves {
    private final CutoverService cutovers;
    private final CutoverScreen screen;
    private final Confirmations confirmations;

    CutoverMoves(CutoverService cutovers, CutoverScreen screen, Confirmations confirmations) {
        this.cutovers = cutovers;
        this.screen = screen;
        this.confirmations = confirmations;
    }

    /**
     * A form on the cutover's page.
     *
     * @param version the state it was drawn with
     * @param text    evidence, reason, comment or note
     * @param role    the role signed for
     * @param confirm what was typed to confirm
     */
    record Form(long version, String text, String role, String confirm) {
        /** What browsers leave out is empty. */
        Form(long version, @Nullable String text, @Nullable String role, @Nullable String confirm) {
            this.version = version;
            this.text = text == null ? "" : text.strip();
            this.role = role == null ? "" : role;
            this.confirm = confirm == null ? "" : confirm.strip();
        }
    }

    @PostMapping("/cutovers/{id}/steps/{key}/{move}")
    String step(CurrentUser user, @PathVariable String id, @PathVariable String key, @PathVariable String move,
            Form form, @RequestParam(defaultValue = "") String figure,
            @RequestParam(defaultValue = "") String acceptance, HttpServletResponse response, Model model,
            RedirectAttributes flash) {
        Actor actor = Actors.of(user);
        model.addAttribute("reading", new Reading(figure, acceptance));
        Typed typed = new Typed("step", key, move, form.text(), "");
        boolean starts = move.equals("run") || move.equals("complete") || move.equals("retry");
        if (starts && isTheSwitch(actor, id, key)) {
            if (!confirmed(actor, id, form)) {
                return again(actor, id, typed, notConfirmed("The switch was not started"),
                        HttpStatus.UNPROCESSABLE_CONTENT, response, model);
            }
            confirmations.require("start the switch");
        }
        Function<Command, Cutover> decision = switch (move) {
            case "run" -> command -> cutovers.run(command, key);
            case "complete" -> command -> cutovers.complete(command, key, form.text(),
                    new Reading(figure, acceptance));
            case "retry" -> command -> cutovers.retry(command, key);
            case "skip" -> command -> cutovers.skip(command, key, form.text());
            case "override-window" -> command -> cutovers.overrideWindow(command, key, form.text());
            case "cancel" -> command -> cutovers.cancel(command, key, form.text());
            case "force-fail" -> command -> cutovers.forceFail(command, key, form.text());
            case "note" -> command -> cutovers.note(command, key, form.text());
            default -> throw new ResponseStatusException(HttpStatus.NOT_FOUND, "no move " + move);
        };
        return decide(actor, id, form, typed, decision, response, model, flash);
    }

    @PostMapping("/cutovers/{id}/gates/{key}/{move}")
    String gate(CurrentUser user, @PathVariable String id, @PathVariable String key, @PathVariable String move,
            Form form, @RequestParam MultiValueMap<String, String> all, HttpServletResponse response, Model model,
            RedirectAttributes flash) {
        if (move.endsWith("break-glass")) {
            confirmations.require("pass a gate without its sign-offs");
        }
        Function<Command, Cutover> decision = switch (move) {
            case "sign" -> command -> cutovers.sign(command, key, form.role(), form.text(),
                    all.getOrDefault("criteria", List.of()));
            case "withdraw" -> command -> cutovers.withdraw(command, key, form.role(), form.text());
            case "break-glass" -> command -> cutovers.requestBreakGlass(command, key, form.text());
            case "confirm-break-glass" -> command -> cutovers.confirmBreakGlass(command, key);
            default -> throw new ResponseStatusException(HttpStatus.NOT_FOUND, "no move " + move);
        };
        return decide(Actors.of(user), id, form, new Typed("gate", key, move, form.text(), form.role()), decision,
                response,
                model, flash);
    }

    @PostMapping("/cutovers/{id}/window")
    String window(CurrentUser user, @PathVariable String id, Form form,
            @RequestParam(name = "window.start", defaultValue = "") String start,
            @RequestParam(name = "window.end", defaultValue = "") String end,
            @RequestParam(name = "window.zone", defaultValue = "") String zone, HttpServletResponse response,
            Model model, RedirectAttributes flash) {
        WindowDraft window = new WindowDraft(start, end, zone);
        model.addAttribute("window", window);
        return decide(Actors.of(user), id, form, new Typed("", "window", "set", form.text(), ""),
                command -> cutovers.setWindow(command, window, form.text()), response, model, flash);
    }

    @PostMapping("/cutovers/{id}/node")
    String node(CurrentUser user, @PathVariable String id, Form form, @RequestParam(defaultValue = "") String node,
            HttpServletResponse response, Model model, RedirectAttributes flash) {
        Actor actor = Actors.of(user);
        Typed typed = new Typed("", "head", "node", form.text(), "");
        return confirmed(actor, id, form)
                ? decide(actor, id, form, typed, command -> cutovers.moveTo(command, node, form.text()), response,
                        model,
                        flash)
                : again(actor, id, typed, notConfirmed("The cutover was not moved"), HttpStatus.UNPROCESSABLE_CONTENT,
                        response, model);
    }

    @PostMapping("/cutovers/{id}/rollback")
    String rollback(CurrentUser user, @PathVariable String id, Form form, HttpServletResponse response, Model model,
            RedirectAttributes flash) {
        if (confirmed(Actors.of(user), id, form)) {
            confirmations.require("roll back");
        }
        return goBack(Actors.of(user), id, form, command -> cutovers.rollback(command, form.text()), response, model,
                flash);
    }

    @PostMapping("/cutovers/{id}/rollback/hold")
    String holdRollback(CurrentUser user, @PathVariable String id, Form form, HttpServletResponse response,
            Model model, RedirectAttributes flash) {
        return decide(Actors.of(user), id, form, new Typed("", "head", "hold", form.text(), ""),
                command -> cutovers.holdRollback(command, form.text()), response, model, flash);
    }

    @PostMapping("/cutovers/{id}/abort")
    String abort(CurrentUser user, @PathVariable String id, Form form, HttpServletResponse response, Model model,
            RedirectAttributes flash) {
        return goBack(Actors.of(user), id, form, command -> cutovers.abort(command, form.text()), response, model,
                flash);
    }

    @PostMapping("/cutovers/{id}/complete")
    String complete(CurrentUser user, @PathVariable String id, Form form, HttpServletResponse response, Model model,
            RedirectAttributes flash) {
        return decide(Actors.of(user), id, form, new Typed("", "finish", "complete", "", ""), cutovers::complete,
                response,
                model, flash);
    }

    @PostMapping("/cutovers/{id}/writes")
    String writes(CurrentUser user, @PathVariable String id, Form form, HttpServletResponse response, Model model,
            RedirectAttributes flash) {
        return decide(Actors.of(user), id, form, new Typed("", "head", "writes", form.text(), ""),
                command -> cutovers.confirmWrites(command, form.text()), response, model, flash);
    }

    private String goBack(Actor actor, String id, Form form, Function<Command, Cutover> decision,
            HttpServletResponse response, Model model, RedirectAttributes flash) {
        Optional<Refusal> refusal = confirmed(actor, id, form)
                ? attempt(actor, id, form, decision, "Done.", flash)
                : Optional.of(
                        new Refusal(notConfirmed("Nothing was started"), HttpStatus.UNPROCESSABLE_CONTENT));
        if (refusal.isEmpty()) {
            return "redirect:/cutovers/" + id;
        }
        response.setStatus(refusal.get().status().value());
        model.addAttribute("alert", refusal.get().notice());
        return screen.rollback(actor, id, form.text(), model);
    }

    private String decide(Actor actor, String id, Form form, Typed typed, Function<Command, Cutover> decision,
            HttpServletResponse response, Model model, RedirectAttributes flash) {
        Optional<Refusal> refusal = attempt(actor, id, form, decision,
                typed.move().equals("run") || typed.move().equals("retry") ? "Started." : "Done.", flash);
        return refusal.isEmpty()
                ? "redirect:/cutovers/" + id + anchor(cutovers.view(actor, id).cutover(), typed)
                : again(actor, id, typed, refusal.get().notice(), refusal.get().status(), response, model);
    }

    /** Back to where the click was, unless it ended the phase: then the page begins with what comes next. */
    private static String anchor(Cutover after, Typed typed) {
        boolean current = after.gate(after.phase()).filter(gate -> gate.definition().key().equals(typed.on()))
                .isPresent() || after.steps(after.phase()).stream().anyMatch(step -> step.key().equals(typed.on()))
                || after.template().recoveryOf(typed.on()).isPresent();
        return current && !after.status().terminal() ? "#" + typed.anchor() : "";
    }

    private record Refusal(Notice notice, HttpStatus status) {}

    private Optional<Refusal> attempt(Actor actor, String id, Form form, Function<Command, Cutover> decision,
            String word, RedirectAttributes flash) {
        try {
            Cutover after = decision.apply(new Command(id, form.version(), actor));
            flash.addFlashAttribute("notice", new Notice(word + " " + after.headline(), ""));
            return Optional.empty();
        } catch (StaleVersionException stale) {
            return Optional.of(new Refusal(new Notice("Somebody was faster: " + stale.since(),
                    "Nothing was done. This is the new state; look again and decide."), HttpStatus.CONFLICT));
        } catch (IllegalMoveException illegal) {
            return Optional.of(
                    new Refusal(
                            new Notice(illegal.tried() + " is not possible: " + illegal.reason(), illegal.instead()),
                            HttpStatus.CONFLICT));
        } catch (NotAllowedException refused) {
            return Optional
                    .of(new Refusal(new Notice(String.valueOf(refused.getMessage()), refused.who()),
                            HttpStatus.FORBIDDEN));
        } catch (BadInputException bad) {
            return Optional.of(new Refusal(new Notice(String.valueOf(bad.getMessage()), bad.next()),
                    HttpStatus.UNPROCESSABLE_CONTENT));
        }
    }

    private String again(Actor actor, String id, Typed typed, Notice notice, HttpStatus status,
            HttpServletResponse response, Model model) {
        response.setStatus(status.value());
        model.addAttribute("alert", notice);
        return screen.cutover(actor, id, typed, model);
    }

    private boolean isTheSwitch(Actor actor, String id, String key) {
        return cutovers.view(actor, id).cutover().step(key).filter(step -> step.definition().pointOfNoReturn())
                .isPresent();
    }

    private boolean confirmed(Actor actor, String id, Form form) {
        return cutovers.view(actor, id).cutover().name().strip().equals(form.confirm());
    }

    private static Notice notConfirmed(String what) {
        return new Notice(what + ": the name of the cutover was not typed, or not exactly.",
                "Type it as it is shown beside the field.");
    }
}
