package dev.ferryman.web.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.CutoverView;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.report.CalendarFile;
import dev.ferryman.report.Report;
import dev.ferryman.report.ReportEntries;
import dev.ferryman.report.Reports;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.CutoverEvent.IncidentReported;
import dev.ferryman.runbook.IllegalMoveException;
import dev.ferryman.runbook.Status;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.core.io.FileSystemResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The report of a cutover: to look at, to print, as a file to keep, and to add to. */
@Controller
final class ReportPages {
    private final CutoverService cutovers;
    private final Reports reports;
    private final ReportEntries entries;

    ReportPages(CutoverService cutovers, Reports reports, ReportEntries entries) {
        this.cutovers = cutovers;
        this.reports = reports;
        this.entries = entries;
    }

    @GetMapping(path = "/cutovers/{id}/calendar.ics")
    ResponseEntity<String> calendar(@PathVariable String id) {
        return calendar("cutover-" + id + ".ics", CalendarFile.of(List.of(cutovers.get(id))));
    }

    @GetMapping(path = "/cutovers/calendar.ics")
    ResponseEntity<String> calendar() {
        return calendar("cutovers.ics", CalendarFile.of(cutovers.withWindows()));
    }

    private static ResponseEntity<String> calendar(String name, String text) {
        return ResponseEntity.ok().contentType(MediaType.parseMediaType(CalendarFile.TYPE))
                .header(HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment().filename(name, StandardCharsets.UTF_8).build().toString())
                .body(text);
    }

    @GetMapping("/cutovers/{id}/report")
    String report(CurrentUser user, @PathVariable String id, Model model) {
        return screen(Actors.of(user), id, Typed.NOTHING, model);
    }

    /** The page, with what somebody has typed and could not send. */
    private String screen(Actor actor, String id, Typed typed, Model model) {
        CutoverView view = cutovers.view(actor, id);
        model.addAttribute("view", view);
        model.addAttribute("report", reports.of(actor, id));
        model.addAttribute("typed", typed);
        model.addAttribute("mayWrite", view.cutover().hasPart(actor));
        model.addAttribute("incidental",
                view.cutover().rollback().isPresent() || view.cutover().status() == Status.ABORTED);
        model.addAttribute("largest", entries.largestFile());
        model.addAttribute("most", entries.mostFiles());
        return "cutovers/report";
    }

    @PostMapping("/cutovers/{id}/report/lessons")
    String lesson(CurrentUser user, @PathVariable String id, @RequestParam(defaultValue = "") String text,
            @RequestParam Optional<Long> corrects, HttpServletResponse response, Model model,
            RedirectAttributes flash) {
        Actor actor = Actors.of(user);
        Typed typed = new Typed("lesson", corrects.map(String::valueOf).orElse("new"), "write", text, "");
        return written(actor, id, typed, "The lesson stands in the report.", "lessons",
                () -> entries.writeLesson(actor, id, text, corrects.orElse(null)), response, model, flash);
    }

    @PostMapping("/cutovers/{id}/report/incident")
    String incident(CurrentUser user, @PathVariable String id, @RequestParam(defaultValue = "") String what,
            @RequestParam(defaultValue = "") String impact, @RequestParam(defaultValue = "") String cause,
            @RequestParam(defaultValue = "") String prevention, @RequestParam Optional<Long> corrects,
            HttpServletResponse response, Model model, RedirectAttributes flash) {
        Actor actor = Actors.of(user);
        IncidentReported incident = new IncidentReported(what, impact, cause, prevention, corrects.orElse(null));
        model.addAttribute("incidentTyped", incident);
        return written(actor, id, new Typed("incident", "incident", "write", what, ""), "The incident report stands.",
                "incident", () -> entries.reportIncident(actor, id, incident), response, model, flash);
    }

    @PostMapping("/cutovers/{id}/report/files")
    String attach(CurrentUser user, @PathVariable String id, @RequestParam MultipartFile file,
            HttpServletResponse response, Model model, RedirectAttributes flash) {
        Actor actor = Actors.of(user);
        return written(actor, id, new Typed("files", "new", "attach", "", ""), "The file is attached.", "files",
                () -> attach(actor, id, file), response, model, flash);
    }

    private void attach(Actor actor, String id, MultipartFile file) {
        try (InputStream content = file.getInputStream()) {
            entries.attach(actor, id, Objects.requireNonNullElse(file.getOriginalFilename(), ""), content);
        } catch (IOException e) {
            throw new UncheckedIOException("The file that was sent cannot be read", e);
        }
    }

    @PostMapping("/cutovers/{id}/report/files/{number}/remove")
    String remove(CurrentUser user, @PathVariable String id, @PathVariable long number,
            @RequestParam(defaultValue = "") String text, HttpServletResponse response, Model model,
            RedirectAttributes flash) {
        Actor actor = Actors.of(user);
        return written(actor, id, new Typed("files", Long.toString(number), "remove", text, ""),
                "The file is removed; its entry stays.", "files", () -> entries.remove(actor, id, number, text),
                response, model, flash);
    }

    /** Never shown by the browser itself: what people upload may be a page with scripts. */
    @GetMapping("/cutovers/{id}/report/files/{number}")
    ResponseEntity<FileSystemResource> file(@PathVariable String id, @PathVariable long number) {
        ReportEntries.Content content = entries.content(id, number);
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header(HttpHeaders.CONTENT_DISPOSITION, named(content.file().name()))
                .header("X-Content-Type-Options", "nosniff").body(new FileSystemResource(content.path()));
    }

    /** Does it, or shows the page again with why not and what had been typed. */
    private String written(Actor actor, String id, Typed typed, String done, String anchor, Runnable write,
            HttpServletResponse response, Model model, RedirectAttributes flash) {
        try {
            write.run();
            flash.addFlashAttribute("notice", new Notice(done, ""));
            return "redirect:/cutovers/" + id + "/report#" + anchor;
        } catch (IllegalMoveException refused) {
            model.addAttribute("alert",
                    new Notice(refused.tried() + " is not possible: " + refused.reason(), refused.instead()));
            response.setStatus(HttpStatus.CONFLICT.value());
        } catch (BadInputException bad) {
            model.addAttribute("alert", new Notice(String.valueOf(bad.getMessage()), bad.next()));
            response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
        }
        return screen(actor, id, typed, model);
    }

    @GetMapping("/cutovers/{id}/report.zip")
    void archive(CurrentUser user, @PathVariable String id, HttpServletResponse response) throws IOException {
        Reports.Archive archive = reports.archive(Actors.of(user), id);
        response.setContentType("application/zip");
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, named("report-" + id + ".zip"));
        archive.writeTo(response.getOutputStream());
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
                .header(HttpHeaders.CONTENT_DISPOSITION, named(name)).body(content);
    }

    private static String named(String name) {
        return ContentDisposition.attachment().filename(name, StandardCharsets.UTF_8).build().toString();
    }
}
