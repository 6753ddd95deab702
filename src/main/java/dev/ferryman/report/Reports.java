package dev.ferryman.report;

import dev.ferryman.cutover.CutoverService;
import dev.ferryman.report.internal.Markdown;
import dev.ferryman.report.internal.Report;
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
     * As Markdown.
     *
     * @throws dev.ferryman.runbook.NoSuchCutoverException where there is none with this id
     */
    public String markdown(Actor reader, String cutoverId) {
        return Markdown.of(report(reader, cutoverId));
    }

    /**
     * As an HTML page that prints well. Its style sheet is the service's own.
     *
     * @throws dev.ferryman.runbook.NoSuchCutoverException where there is none with this id
     */
    public String html(Actor reader, String cutoverId) {
        Context context = new Context(Locale.ROOT);
        context.setVariable("report", report(reader, cutoverId));
        return templates.process("report", context);
    }

    private Report report(Actor reader, String cutoverId) {
        return ReportContent.of(cutovers.view(reader, cutoverId), cutovers.verifications(cutoverId),
                cutovers.events(cutoverId), clock.instant());
    }
}
