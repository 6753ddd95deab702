package dev.ferryman.api.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.report.ReportEntries;
import dev.ferryman.report.Reports;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverEvent.IncidentReported;
import dev.ferryman.runbook.ReportTrail;
import dev.ferryman.runbook.Runbook;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What people add to a report, over HTTP. */
@RestController
@RequestMapping("/api/v1/cutovers/{id}/report")
@Tag(name = "Reports", description = "Lessons, the incident report and files, before and after the end of a cutover. "
        + "No version is sent: a correction names the entry it corrects, and is refused where another one stands there.")
class ReportController {
    private final Reports reports;
    private final ReportEntries entries;
    private final Runbook runbook;

    ReportController(Reports reports, ReportEntries entries, Runbook runbook) {
        this.reports = reports;
        this.entries = entries;
        this.runbook = runbook;
    }

    @GetMapping("/entries")
    @Operation(summary = "What people wrote: lessons, the incident report, the files that were ever attached")
    ReportTrail written(@PathVariable String id) {
        return runbook.get(id).report();
    }

    @PostMapping("/lessons")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Writes a lesson; corrects is the number of the lesson it replaces")
    ReportTrail lesson(@PathVariable String id, @RequestBody Lesson lesson, CurrentUser user) {
        return after(entries.writeLesson(CutoverController.actor(user), id, text(lesson.text()), lesson.corrects()));
    }

    @PostMapping("/incident")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Writes the incident report of a cutover that went back, was aborted or failed; corrects is the number of the one that stands")
    ReportTrail incident(@PathVariable String id, @RequestBody Incident incident, CurrentUser user) {
        return after(entries.reportIncident(CutoverController.actor(user), id,
                new IncidentReported(text(incident.what()), text(incident.impact()), text(incident.cause()),
                        text(incident.prevention()), incident.corrects())));
    }

    @PostMapping(path = "/files", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Attaches the body as a file; name is what to call it", requestBody = @io.swagger.v3.oas.annotations.parameters.RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE, schema = @Schema(type = "string", format = "binary"))))
    ReportTrail attach(@PathVariable String id, @RequestParam String name, CurrentUser user,
            HttpServletRequest request) throws IOException {
        return after(entries.attach(CutoverController.actor(user), id, name, request.getInputStream()));
    }

    @GetMapping("/files/{number}")
    @Operation(summary = "An attached file")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE, schema = @Schema(type = "string", format = "binary")))
    ResponseEntity<FileSystemResource> file(@PathVariable String id, @PathVariable long number) {
        ReportEntries.Content content = entries.content(id, number);
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header(HttpHeaders.CONTENT_DISPOSITION, named(content.file().name()))
                .header("X-Content-Type-Options", "nosniff").body(new FileSystemResource(content.path()));
    }

    @DeleteMapping("/files/{number}")
    @Operation(summary = "Removes an attached file; its content is deleted, its entry stays")
    ReportTrail remove(@PathVariable String id, @PathVariable long number,
            @RequestParam(defaultValue = "") String reason, CurrentUser user) {
        return after(entries.remove(CutoverController.actor(user), id, number, reason));
    }

    @GetMapping("/archive")
    @Operation(summary = "Everything in one ZIP: Markdown, HTML, the event log as JSON lines, the attached files", description = "ferryman verify-log --file events.jsonl verifies the log.")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = "application/zip", schema = @Schema(type = "string", format = "binary")))
    void archive(@PathVariable String id, CurrentUser user, HttpServletResponse response) throws IOException {
        Reports.Archive archive = reports.archive(CutoverController.actor(user), id);
        response.setContentType("application/zip");
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, named("report-" + id + ".zip"));
        archive.writeTo(response.getOutputStream());
    }

    /**
     * A lesson.
     *
     * @param corrects left out for another lesson
     */
    record Lesson(@Nullable String text, @Nullable Long corrects) {}

    /**
     * Why it did not end as planned.
     *
     * @param impact left out where it is not known yet; so are cause and prevention
     * @param corrects left out for the first one
     */
    record Incident(@Nullable String what, @Nullable String impact, @Nullable String cause,
            @Nullable String prevention, @Nullable Long corrects) {}

    private static ReportTrail after(Cutover cutover) {
        return cutover.report();
    }

    private static String text(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }

    private static String named(String name) {
        return ContentDisposition.attachment().filename(name, StandardCharsets.UTF_8).build().toString();
    }
}
