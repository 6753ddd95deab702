package dev.ferryman.web.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.Status;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The first page: every cutover, the latest changed first. */
@Controller
final class CutoverListPage {
    private static final int PAGE = 50;

    private final CutoverService cutovers;

    CutoverListPage(CutoverService cutovers) {
        this.cutovers = cutovers;
    }

    /** What the list is narrowed to. */
    enum Show {
        /** Every cutover. */
        ALL("All") {
            @Override
            boolean holds(Status status) {
                return true;
            }
        },
        /** Those that are not ended. */
        OPEN("Under way") {
            @Override
            boolean holds(Status status) {
                return !status.terminal();
            }
        },
        /** Those that reached their end. */
        COMPLETED("Completed") {
            @Override
            boolean holds(Status status) {
                return status == Status.COMPLETED;
            }
        },
        /** Those that were rolled back or aborted, and those whose rollback was given up. */
        BACK("Rolled back, aborted or failed") {
            @Override
            boolean holds(Status status) {
                return status.terminal() && status != Status.COMPLETED;
            }
        };

        private final String label;

        Show(String label) {
            this.label = label;
        }

        abstract boolean holds(Status status);

        /** What the link says. */
        public String label() {
            return label;
        }

        /** The value in the address. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Show ofKey(String key) {
            for (Show show : values()) {
                if (show.key().equals(key)) {
                    return show;
                }
            }
            return ALL;
        }
    }

    /**
     * One way to narrow the list.
     *
     * @param count how many cutovers it holds
     */
    record Choice(Show show, long count, boolean current) {}

    @GetMapping("/")
    String list(CurrentUser user, @RequestParam(defaultValue = "all") String show,
            @RequestParam(defaultValue = "") String q, @RequestParam(defaultValue = "1") String page, Model model) {
        List<CutoverSummary> all = cutovers.list();
        Show shown = Show.ofKey(show);
        String wanted = q.strip().toLowerCase(Locale.ROOT);
        List<CutoverSummary> found = all.stream().filter(each -> shown.holds(each.status()))
                .filter(each -> wanted.isEmpty() || each.name().toLowerCase(Locale.ROOT).contains(wanted)).toList();
        Paging paging = Paging.of(page, found.size(), PAGE);
        model.addAttribute("cutovers", found.subList(paging.from(), paging.to()));
        model.addAttribute("paging", paging);
        model.addAttribute("total", all.size());
        model.addAttribute("choices", List.of(Show.values()).stream().map(each -> new Choice(each,
                all.stream().filter(one -> each.holds(one.status())).count(), each == shown)).toList());
        model.addAttribute("show", shown.key());
        model.addAttribute("q", q.strip());
        model.addAttribute("mayCreate", cutovers.mayCreate(Actors.of(user)));
        return "cutovers/list";
    }
}
