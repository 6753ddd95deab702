package dev.ferryman.demo.leavedesk;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** The leave desk's one page. Works without JavaScript; with it, the page keeps itself up to date without reloading. */
final class LeaveDeskPage {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ENGLISH);
    private static final int REQUESTS_SHOWN = 12;
    private static final int CHART_HEIGHT = 40;

    private final LeaveDesk desk;
    private final Clock clock;

    LeaveDeskPage(LeaveDesk desk, Clock clock) {
        this.desk = desk;
        this.clock = clock;
    }

    /** What the database says. */
    private record Content(long employees, long pending, List<LeaveStore.Request> requests) {}

    String render() {
        LeaveDesk.Status status = desk.status();
        String content;
        try {
            LeaveStore store = desk.store();
            Content read = desk.gate()
                    .read((connection, dialect) -> new Content(store.employeeCount(connection),
                            store.pendingCount(connection),
                            store.requests(connection, dialect, null, REQUESTS_SHOWN, 0)));
            content = banner(status) + figures(status, read, desk.missing()) + chart() + requests(read.requests());
        } catch (RequestRefusedException e) {
            content = "<p class=\"banner bad\" role=\"alert\"><strong>No database.</strong> "
                    + escaped(String.valueOf(e.getMessage())) + "</p>" + chart();
        }
        return """
               <!doctype html>
               <html lang="en">
               <head>
               <meta charset="utf-8">
               <meta name="viewport" content="width=device-width, initial-scale=1">
               <meta name="color-scheme" content="light dark">
               <title>Leave desk</title>
               <link rel="icon" href="data:,">
               <link rel="stylesheet" href="/leave-desk.css">
               <noscript><meta http-equiv="refresh" content="2"></noscript>
               <script src="/leave-desk.js" defer></script>
               </head>
               <body>
               <header>
               <div><h1>Leave desk</h1><p>Sample application, demo data</p></div>
               <p class="stale" id="stale" role="status" hidden>No answer from the leave desk. Trying again.</p>
               </header>
               <main id="live">
               %s
               </main>
               </body>
               </html>
               """.formatted(content);
    }

    private static String banner(LeaveDesk.Status status) {
        if (status.mode().equals("maintenance")) {
            return """
                   <p class="banner hold" role="status"><strong>Maintenance.</strong> \
                   You can look at everything. New requests and decisions are not taken for the moment.</p>
                   """;
        }
        String refusal = status.lastRefusal();
        if (refusal != null) {
            return "<p class=\"banner bad\" role=\"status\"><strong>Writes are refused.</strong> " + escaped(refusal)
                    + "</p>";
        }
        return "";
    }

    private static String figures(LeaveDesk.Status status, Content content, OptionalLong missing) {
        String refused = status.refused() == 0 ? "" : ", " + number(status.refused()) + " refused";
        return "<section class=\"figures\" aria-label=\"Now\">"
                + figure("Database", status.dialect().label(), place(status.database()), "database "
                        + status.dialect().name().toLowerCase(Locale.ROOT))
                + figure("Employees", number(content.employees()), number(content.pending()) + " requests pending", "")
                + figure("Writes acknowledged", number(status.sinceStart()),
                        "since the start" + refused, "")
                + figure("In the ledger", number(status.acknowledged()), missing.isEmpty()
                        ? "all of them must be in the database"
                        : number(missing.getAsLong()) + " of them missing in the database",
                        missing.orElse(0) == 0 ? "" : "bad")
                + figure("Longest gap", duration(status.longestGapMs()), "between two acknowledged writes", "")
                + "</section>";
    }

    private static String figure(String label, String value, String detail, String css) {
        return "<div class=\"figure " + css + "\"><h2>" + escaped(label) + "</h2><p class=\"value\">" + escaped(value)
                + "</p><p class=\"detail\">" + escaped(detail) + "</p></div>";
    }

    /** The file's name, or host and database: enough to know it by. */
    private static String place(String url) {
        String last = url.substring(url.lastIndexOf('/') + 1);
        return url.startsWith("sqlite:")
                ? last
                : last + " on " + url.substring(url.indexOf('@') + 1, url.lastIndexOf('/'));
    }

    private static String duration(long millis) {
        if (millis < 1000) {
            return millis + " ms";
        }
        Duration duration = Duration.ofMillis(millis);
        if (duration.toMinutes() == 0) {
            return String.format(Locale.ENGLISH, "%.1f s", millis / 1000.0);
        }
        return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }

    private String chart() {
        List<Long> history = desk.ledger().writesPerSecond();
        long highest = Math.max(1, history.stream().mapToLong(Long::longValue).max().orElse(1));
        StringBuilder bars = new StringBuilder();
        for (int i = 0; i < history.size(); i++) {
            long writes = history.get(i);
            // A second without a write keeps a hairline, so that a gap is seen as one.
            double height = writes == 0 ? 0.75 : Math.max(2, CHART_HEIGHT * (double) writes / highest);
            bars.append(String.format(Locale.ROOT,
                    "<rect x=\"%d\" y=\"%.2f\" width=\"7\" height=\"%.2f\"%s/>", i * 10, CHART_HEIGHT - height, height,
                    writes == 0 ? " class=\"none\"" : ""));
        }
        long last = history.isEmpty() ? 0 : history.getLast();
        return """
               <section class="chart" aria-labelledby="chart-title">
               <h2 id="chart-title">Writes per second, last minute</h2>
               <p class="detail">%d in the last second, at most %d</p>
               <svg viewBox="0 0 %d %d" preserveAspectRatio="none" role="img" aria-label="Writes per second">%s</svg>
               </section>
               """.formatted(last,
                highest == 1 && last == 0
                        ? history.stream().mapToLong(Long::longValue).max().orElse(0)
                        : highest,
                history.size() * 10 - 3, CHART_HEIGHT, bars);
    }

    private String requests(List<LeaveStore.Request> requests) {
        StringBuilder rows = new StringBuilder();
        for (LeaveStore.Request request : requests) {
            rows.append("<tr><td class=\"who\"><strong>").append(escaped(request.employee()))
                    .append("</strong><span>").append(escaped(request.department())).append("</span></td><td>")
                    .append(escaped(request.kind())).append("</td><td class=\"when\">")
                    .append(period(request.startsOn(), request.endsOn())).append("</td><td class=\"days\">")
                    .append(days(request)).append("</td><td><span class=\"status ").append(request.status())
                    .append("\">").append(escaped(request.status())).append("</span></td><td class=\"changed\">")
                    .append(changed(request.updatedAt())).append("</td></tr>\n");
        }
        return """
               <section class="requests" aria-labelledby="requests-title">
               <h2 id="requests-title">Latest changes</h2>
               <table>
               <thead><tr><th>Employee</th><th>Kind</th><th>Dates</th><th class="days">Days</th><th>Status</th>\
               <th class="changed">Changed (UTC)</th></tr></thead>
               <tbody>
               %s</tbody>
               </table>
               </section>
               """.formatted(rows);
    }

    private static String period(LocalDate from, LocalDate to) {
        return from.equals(to) ? DAY.format(from) : DAY.format(from) + " – " + DAY.format(to);
    }

    private static String days(LeaveStore.Request request) {
        return request.halfDay() ? "½" : request.days().stripTrailingZeros().toPlainString();
    }

    private String changed(LocalDateTime at) {
        LocalDateTime now = LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
        return at.toLocalDate().equals(now.toLocalDate()) ? TIME.format(at) : DAY.format(at);
    }

    private static String number(long value) {
        return String.format(Locale.ENGLISH, "%,d", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
