package dev.ferryman.web.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.report.Report;
import dev.ferryman.report.Reports;
import java.nio.charset.StandardCharsets;
import org.springframework.http.ContentDisposition;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The report of a cutover: to look at, to print, and as a file to keep. */
@Controller
final class ReportPages {
    private final CutoverService cutovers;
    private final Reports reports;

    ReportPages(CutoverService cutovers, Reports reports) {
        this.cutovers = cutovers;
        this.reports = reports;
    }

    @GetMapping("/cutovers/{id}/report")
    String report(CurrentUser user, @PathVariable String id, Model model) {
        model.addAttribute("view", cutovers.view(Actors.of(user), id));
        model.addAttribute("report", reports.of(Actors.of(user), id));
        return "cutovers/report";
    }

    @GetMapping("/cutovers/{id}/report.md")
    ResponseEntity<String> markdown(CurrentUser user, @PathVariable String id) {
        Report report = reports.of(Actors.of(user), id);
        return file(new MediaType("text", "markdown", StandardCharsets.UTF_8), "report-" + id + ".md",
                reports.markdown(report));
    }

    @GetMapping("/cutovers/{id}/report.html")
    ResponseEntity<String> html(CurrentUser user, @PathVariable String id) {
        Report report = reports.of(Actors.of(user), id);
        return file(new MediaType("text", "html", StandardCharsets.UTF_8), "report-" + id + ".html",
                reports.html(report));
    }

    private static ResponseEntity<String> file(MediaType type, String name, String content) {
        return ResponseEntity.ok().contentType(type)
                .header("Content-Disposition",
                        ContentDisposition.attachment().filename(name, StandardCharsets.UTF_8).build().toString())
                .body(content);
    }
}
