package dev.ferryman.report;

import dev.ferryman.cutover.CutoverService;
import dev.ferryman.report.internal.Markdown;
import dev.ferryman.report.internal.ReportContent;
import dev.ferryman.runbook.Actor;
import dev.ferryman.runbook.EventChain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Locale;
import org.springframework.core.io.ClassPathResource;
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
    private final EventChain chain;
    private final ITemplateEngine templates;
    private final Clock clock;
    private final String style;

    Reports(CutoverService cutovers, EventChain chain, ITemplateEngine templates, Clock clock) throws IOException {
        this.cutovers = cutovers;
        this.chain = chain;
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
        return ReportContent.of(cutovers.view(reader, cutoverId), cutovers.verifications(cutoverId),
                cutovers.events(cutoverId), chain.verify(cutoverId), clock.instant());
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
}
