package dev.ferryman.web.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.cutover.CutoverView;
import dev.ferryman.runbook.EventChain;
import dev.ferryman.runbook.LoggedEvent;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** The event log of a cutover, newest first, with the state of its hash chain. */
@Controller
final class EventPages {
    private static final int PAGE = 100;

    private final CutoverService cutovers;
    private final EventChain chain;

    EventPages(CutoverService cutovers, EventChain chain) {
        this.cutovers = cutovers;
        this.chain = chain;
    }

    @GetMapping("/cutovers/{id}/events")
    String events(CurrentUser user, @PathVariable String id, @RequestParam(defaultValue = "1") String page,
            Model model) {
        CutoverView view = cutovers.view(Actors.of(user), id);
        int all = Math.toIntExact(view.cutover().version());
        Paging paging = Paging.of(page, all, PAGE);
        model.addAttribute("view", view);
        // Events are numbered from 1 without a gap.
        model.addAttribute("events",
                cutovers.events(id, all - paging.to(), paging.to() - paging.from()).reversed());
        model.addAttribute("paging", paging);
        model.addAttribute("chain", chain.verify(id));
        return "cutovers/events";
    }

    /** Every event in order, one line each, for auditors and spreadsheets. */
    @GetMapping("/cutovers/{id}/events.csv")
    void csv(@PathVariable String id, HttpServletResponse response) throws IOException {
        List<LoggedEvent> events = cutovers.events(id);
        response.setContentType("text/csv;charset=UTF-8");
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, ContentDisposition.attachment()
                .filename("events-" + id + ".csv", StandardCharsets.UTF_8).build().toString());
        PrintWriter out = response.getWriter();
        out.print("seq,at,actor,name,type,sentence,payload,prev_hash,hash\r\n");
        for (LoggedEvent event : events) {
            out.print(String.join(",", Long.toString(event.recorded().seq()), event.recorded().at().toString(),
                    cell(event.recorded().actor()), cell(event.recorded().actorName()), cell(event.type()),
                    cell(event.sentence()), cell(event.payload()), event.prevHash(), event.hash()));
            out.print("\r\n");
        }
    }

    /** Quoted, and never read as a formula by a spreadsheet. */
    private static String cell(String text) {
        String harmless = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return '"' + harmless.replace("\"", "\"\"") + '"';
    }
}
