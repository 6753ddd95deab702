package dev.ferryman.report;

import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.CutoverView;
import dev.ferryman.report.internal.AttachedFiles;
import dev.ferryman.report.internal.AttachedFiles.Condition;
import dev.ferryman.report.internal.Markdown;
import dev.ferryman.report.internal.ReportArchive;
import dev.ferryman.report.internal.ReportContent;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.EventChain;
import dev.ferryman.runbook.LoggedEvent;
import dev.ferryman.runbook.Rehearsal;
import dev.ferryman.runbook.ReportTrail.Attachment;
import dev.ferryman.runbook.Runbook;
import dev.ferryman.runbook.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Service;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;

/**
 * The report of a cutover, filled by what happened: durations, downtime, rows, differences, sign-offs, the whole event
 * log, and what people wrote. Can be had at any time; before the end it says so.
 */
@Service
public class Reports {
    private final CutoverService cutovers;
    private final Runbook runbook;
    private final EventChain chain;
    private final AttachedFiles files;
    private final ITemplateEngine templates;
    private final Clock clock;
    private final String style;

    Reports(CutoverService cutovers, Runbook runbook, EventChain chain, AttachedFiles files, ITemplateEngine templates,
            Clock clock) throws IOException {
        this.cutovers = cutovers;
        this.runbook = runbook;
        this.chain = chain;
        this.files = files;
        this.templates = templates;
        this.clock = clock;
        this.style = new ClassPathResource("static/css/ferryman.css").getContentAsString(StandardCharsets.UTF_8);
    }

    /**
     * The report as of now.
     *
     * @throws dev.ferryman.runbook.NoSuchCutoverException where there is none with this id
     */
    public Report of(Actor reader, String cutoverId) {
        return of(reader, cutoverId, cutovers.events(cutoverId));
    }

    private Report of(Actor reader, String cutoverId, List<LoggedEvent> events) {
        CutoverView view = cutovers.view(reader, cutoverId);
        Cutover cutover = view.cutover();
        Map<Long, Condition> conditions = cutover.report().attached().stream()
                .collect(Collectors.toMap(Attachment::number, file -> files.condition(cutover.id(), file)));
        return ReportContent.of(new ReportContent.Material(view, cutovers.verifications(cutoverId), events,
                chain.verify(cutoverId), conditions, rolledBack(cutover)), clock.instant());
    }

    private List<Rehearsal> rolledBack(Cutover cutover) {
        return cutover.rehearsal()
                ? List.of()
                : runbook.rehearsals(cutover.template().key(), cutover.source()).stream()
                        .filter(each -> each.status() == Status.ROLLED_BACK)
                        .filter(each -> !cutover.status().terminal() || each.ended().isBefore(cutover.updatedAt()))
                        .toList();
    }

    /** As Markdown. */
    public String markdown(Report report) {
        return Markdown.of(report);
    }

    /** As an HTML document that needs nothing else and prints well. */
    public String html(Report report) {
        Context context = new Context(Locale.ROOT);
        context.setVariable("report", report);
        context.setVariable("style", style);
        return templates.process("report", context);
    }

    /**
     * Everything in one ZIP: the report as Markdown and HTML, every event of the log with its hash, and the attached files.
     *
     * @throws dev.ferryman.runbook.NoSuchCutoverException where there is none with this id, before anything is written
     */
    public Archive archive(Actor reader, String cutoverId) {
        return archive(reader, cutoverId, _ -> {});
    }

    /** The same with more in it. */
    Archive archive(Actor reader, String cutoverId, Addition addition) {
        List<LoggedEvent> events = cutovers.events(cutoverId);
        Report report = of(reader, cutoverId, events);
        List<Attachment> attached = runbook.get(cutoverId).report().attached();
        return out -> {
            ReportArchive archive = new ReportArchive(out);
            archive.text("report.md", markdown(report));
            archive.text("report.html", html(report));
            archive.events(cutoverId, events);
            for (Attachment file : attached) {
                archive.file(file, files.path(cutoverId, file.sha256()));
            }
            addition.addTo(archive);
            archive.finish();
        };
    }

    /** Puts more into an archive. */
    @FunctionalInterface
    interface Addition {
        /** Called last. */
        void addTo(ReportArchive archive) throws IOException;
    }

    /** A ZIP that is ready to be written. */
    @FunctionalInterface
    public interface Archive {
        /** Writes it whole and leaves the stream open. */
        void writeTo(OutputStream out) throws IOException;
    }
}
