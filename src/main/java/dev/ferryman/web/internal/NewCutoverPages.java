package dev.ferryman.web.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.cutover.CutoverPreview;
import dev.ferryman.cutover.CutoverRefusedException;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.Problem;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.Template;
import dev.ferryman.runbook.TemplateEntry;
import dev.ferryman.runbook.Templates;
import dev.ferryman.schema.Finding;
import dev.ferryman.schema.Plan;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * From a template to a cutover: choose, fill in, test and look at the plan, create. Nothing is created before the last
 * of these.
 */
@Controller
final class NewCutoverPages {
    private static final Notice LOST = new Notice(
            "The form is no longer kept: the session was new or it was too long ago.",
            "Fill it in again; nothing was created.");

    private final CutoverService cutovers;
    private final Templates templates;
    private final KeptForms drafts;

    NewCutoverPages(CutoverService cutovers, Templates templates, KeptForms drafts) {
        this.cutovers = cutovers;
        this.templates = templates;
        this.drafts = drafts;
    }

    @GetMapping("/cutovers/new")
    String form(CurrentUser user, @RequestParam(defaultValue = "") String template,
            @RequestParam(defaultValue = "") String draft, @RequestParam(defaultValue = "") String like,
            HttpSession session, HttpServletResponse response, Model model) {
        if (!cutovers.mayCreate(Actors.of(user))) {
            response.setStatus(HttpStatus.FORBIDDEN.value());
            return "cutovers/may-not-create";
        }
        Optional<CutoverForm> filled = drafts.find(session, draft).or(() -> like.isEmpty()
                ? Optional.empty()
                : Optional.of(CutoverForm.like(cutovers.draftLike(Actors.of(user), like))));
        Optional<Template> chosen = templates.find(filled.map(CutoverForm::template).orElse(template));
        if (chosen.isEmpty()) {
            model.addAttribute("usable",
                    templates.all().stream().filter(TemplateEntry.Usable.class::isInstance).toList());
            if (!template.isEmpty()) {
                model.addAttribute("alert", new Notice("There is no usable template ‘" + template + "’.",
                        "Choose one of these."));
            }
            return "cutovers/choose-template";
        }
        CutoverForm form = filled.orElseGet(() -> CutoverForm.blank(chosen.get()));
        return showForm(chosen.get(), form, draft, List.of(), model);
    }

    @PostMapping("/cutovers/new")
    String test(CurrentUser user, @RequestParam Map<String, String> request, HttpSession session,
            HttpServletResponse response, Model model, RedirectAttributes flash) {
        Actor actor = Actors.of(user);
        CutoverForm before = drafts.find(session, request.getOrDefault("draft", "")).orElse(null);
        CutoverForm form = CutoverForm.of(request, before);
        Optional<Template> template = templates.find(form.template());
        if (template.isEmpty()) {
            flash.addFlashAttribute("alert", new Notice("The template ‘" + form.template() + "’ is no longer there.",
                    "Choose another; nothing was created."));
            return "redirect:/cutovers/new";
        }
        CutoverPreview preview = cutovers.preview(actor, form.draft());
        String draft = drafts.keep(session, form, preview);
        if (!preview.problems().stream().allMatch(NewCutoverPages::shownWithThePlan)) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            return showForm(template.get(), form, draft, preview.problems(), model);
        }
        return "redirect:/cutovers/new/plan?draft=" + draft;
    }

    @GetMapping("/cutovers/new/plan")
    String plan(CurrentUser user, @RequestParam(defaultValue = "") String draft, HttpSession session, Model model,
            RedirectAttributes flash) {
        Optional<CutoverForm> kept = drafts.find(session, draft);
        if (kept.isEmpty()) {
            flash.addFlashAttribute("alert", LOST);
            return "redirect:/cutovers/new";
        }
        CutoverPreview preview = drafts.preview(Actors.of(user), draft, kept.get());
        model.addAttribute("draft", draft);
        model.addAttribute("form", kept.get());
        model.addAttribute("preview", preview);
        model.addAttribute("findings", bySeverity(preview.plan()));
        return "cutovers/new-plan";
    }

    @PostMapping("/cutovers")
    String create(CurrentUser user, @RequestParam(defaultValue = "") String draft, HttpSession session,
            HttpServletResponse response, Model model, RedirectAttributes flash) {
        Optional<CutoverForm> kept = drafts.find(session, draft);
        if (kept.isEmpty()) {
            flash.addFlashAttribute("alert", LOST);
            return "redirect:/cutovers/new";
        }
        CutoverForm form = kept.get();
        try {
            Cutover created = cutovers.create(Actors.of(user), form.draft());
            drafts.forget(session, draft);
            flash.addFlashAttribute("notice", new Notice(form.rehearsal()
                    ? "The rehearsal is created. The application will not be touched."
                    : "The cutover is created. Nothing has been touched yet.",
                    "It begins with the checklist."));
            return "redirect:/cutovers/" + created.id();
        } catch (CutoverRefusedException refused) {
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
            Template template = templates.find(form.template()).orElseThrow(() -> refused);
            return showForm(template, form, draft, refused.problems(), model);
        }
    }

    /** What is wrong with the plan or the people is shown with the plan; everything else beside its field. */
    private static boolean shownWithThePlan(Problem problem) {
        return problem.field().equals("plan") || problem.field().equals(CutoverPreview.PLAN_LATER)
                || problem.field().equals("gates");
    }

    static List<Finding> bySeverity(@Nullable Plan plan) {
        return plan == null
                ? List.of()
                : plan.findings().stream().sorted((a, b) -> b.severity().compareTo(a.severity())).toList();
    }

    private String showForm(Template template, CutoverForm form, String draft, List<Problem> problems, Model model) {
        model.addAttribute("template", template);
        model.addAttribute("form", form);
        model.addAttribute("draft", draft);
        model.addAttribute("errors", new FieldErrors(template, problems));
        model.addAttribute("passwords", cutovers.passwordsCanBeStored());
        return "cutovers/new";
    }
}
