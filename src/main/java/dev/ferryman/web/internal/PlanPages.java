package dev.ferryman.web.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.CutoverView;
import dev.ferryman.cutover.NotAllowedException;
import dev.ferryman.cutover.PlanChoice;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Command;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.StaleVersionException;
import dev.ferryman.schema.Choice;
import dev.ferryman.schema.Decision;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The plan of a cutover: what was found, what is chosen, and the form to choose otherwise. */
@Controller
final class PlanPages {
    private final CutoverService cutovers;

    PlanPages(CutoverService cutovers) {
        this.cutovers = cutovers;
    }

    @GetMapping("/cutovers/{id}/plan")
    String plan(CurrentUser user, @PathVariable String id, Model model) {
        return page(Actors.of(user), id, model);
    }

    private String page(Actor actor, String id, Model model) {
        CutoverView view = cutovers.view(actor, id);
        model.addAttribute("view", view);
        model.addAttribute("findings",
                view.plan().map(plan -> NewCutoverPages.bySeverity(plan.plan())).orElse(List.of()));
        model.addAttribute("decisions", view.plan().map(plan -> plan.plan().decisions()).orElse(List.of()));
        model.addAttribute("mayChoose", cutovers.mayChoose(actor, id));
        return "cutovers/plan";
    }

    @GetMapping("/cutovers/{id}/plan.yaml")
    ResponseEntity<String> file(@PathVariable String id) {
        return ResponseEntity.ok().contentType(new MediaType("application", "yaml"))
                .header("Content-Disposition", "attachment; filename=\"plan.yaml\"").body(cutovers.planFile(id));
    }

    /** The form has one field per decision, {@code choice-0} and on, in the order of the plan of that version. */
    @PostMapping("/cutovers/{id}/plan/choices")
    String choose(CurrentUser user, @PathVariable String id, @RequestParam long version,
            @RequestParam Map<String, String> fields, HttpServletResponse response, Model model,
            RedirectAttributes flash) {
        Actor actor = Actors.of(user);
        try {
            CutoverView view = cutovers.view(actor, id);
            if (view.cutover().version() != version) {
                return again(actor, id, new Notice("Somebody was faster: the cutover has changed since.",
                        "Nothing was chosen. This is the plan as it stands; look again and choose."),
                        HttpStatus.CONFLICT, response, model);
            }
            List<Decision> decisions = view.plan().map(plan -> plan.plan().decisions()).orElse(List.of());
            var after = cutovers.choose(new Command(id, version, actor), chosen(decisions, fields));
            flash.addFlashAttribute("notice", new Notice("Chosen. " + after.headline(), ""));
            return "redirect:/cutovers/" + id + "/plan";
        } catch (StaleVersionException stale) {
            return again(actor, id, new Notice("Somebody was faster: " + stale.since(),
                    "Nothing was chosen. This is the plan as it stands; look again and choose."), HttpStatus.CONFLICT,
                    response, model);
        } catch (IllegalMoveException illegal) {
            return again(actor, id, new Notice(illegal.tried() + " is not possible: " + illegal.reason(),
                    illegal.instead()), HttpStatus.CONFLICT, response, model);
        } catch (NotAllowedException refused) {
            return again(actor, id, new Notice(String.valueOf(refused.getMessage()), refused.who()),
                    HttpStatus.FORBIDDEN, response, model);
        } catch (BadInputException bad) {
            return again(actor, id, new Notice(String.valueOf(bad.getMessage()), bad.next()),
                    HttpStatus.UNPROCESSABLE_CONTENT, response, model);
        }
    }

    private static List<PlanChoice> chosen(List<Decision> decisions, Map<String, String> fields) {
        List<PlanChoice> chosen = new ArrayList<>();
        for (int i = 0; i < decisions.size(); i++) {
            String word = fields.get("choice-" + i);
            if (word != null) {
                Decision decision = decisions.get(i);
                Choice choice = decision.options().stream().map(Decision.Option::choice)
                        .filter(option -> option.word().equals(word)).findFirst()
                        .orElseThrow(() -> new BadInputException("‘" + word + "’ is not possible for "
                                + decision.place() + ".", "Choose one of the options shown."));
                chosen.add(new PlanChoice(decision.kind(), decision.table(), decision.column(), decision.subject(),
                        choice));
            }
        }
        return chosen;
    }

    private String again(Actor actor, String id, Notice notice, HttpStatus status, HttpServletResponse response,
            Model model) {
        response.setStatus(status.value());
        model.addAttribute("alert", notice);
        return page(actor, id, model);
    }
}
