package dev.ferryman.web.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.runbook.Template;
import dev.ferryman.runbook.TemplateEntry;
import dev.ferryman.runbook.Templates;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.server.ResponseStatusException;

/** The runbook templates one can start from, and those that are broken, with where and why. */
@Controller
final class TemplatePages {
    private final Templates templates;
    private final CutoverService cutovers;

    TemplatePages(Templates templates, CutoverService cutovers) {
        this.templates = templates;
        this.cutovers = cutovers;
    }

    @GetMapping("/templates")
    String list(CurrentUser user, Model model) {
        List<TemplateEntry> all = templates.all();
        model.addAttribute("usable", all.stream().filter(TemplateEntry.Usable.class::isInstance).toList());
        model.addAttribute("broken", all.stream().filter(TemplateEntry.Broken.class::isInstance).toList());
        model.addAttribute("mayCreate", cutovers.mayCreate(Actors.of(user)));
        return "runbook-templates/list";
    }

    @GetMapping("/templates/{key}")
    String template(CurrentUser user, @PathVariable String key, Model model) {
        Template template = templates.find(key)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no template " + key));
        model.addAttribute("template", template);
        model.addAttribute("mayCreate", cutovers.mayCreate(Actors.of(user)));
        return "runbook-templates/template";
    }
}
