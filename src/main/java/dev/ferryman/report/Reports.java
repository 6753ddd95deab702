package dev.ferryman.report;

import dev.ferryman.cutover.CutoverService;
import dev.ferryman.report.internal.Markdown;
import dev.ferryman.report.internal.ReportContent;
import dev.ferryman.runbook.Actor;
import java.time.Clock;
import java.util.Locale;
import org.springframework.stereotype.Service;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;

/**
 * The report of a cutover, filled by what happened: durations, downtime, rows, differences, sign-offs, the whole event
 * log. Can be had at any time; before the end it says so.
 */
@Service
public class Reports {
    private final CutoverService cutovers;
    private final ITemplateEngine templates;
    private final Clock clock;

    Reports(CutoverService cutovers, ITemplateEngine templates, Clock clock) {
        this.cutovers = cutovers;
        this.templates = templates;
        this.clock = clock;
    }

    /**
     * The report as of now.
     *
     * @throws dev.ferryman.runbook.NoSuchCutoverException where there is none with this id
     */
    public Report of(Actor reader, String cutoverId) {
        return ReportContent.of(cutovers.view(reader, cutoverId), cutovers.verifications(cutoverId),
                cutovers.events(cutoverId), clock.instant());
    }

    /** As Markdown. */
    public String markdown(Report report) {
        return Markdown.of(report);
    }

    /** As an HTML document that needs nothing else and prints well. */
    public String html(Report report) {
        Context context = new Context(Locale.ROOT);
        context.setVariable("report", report);
        return templates.process("report", context);
    }
}
