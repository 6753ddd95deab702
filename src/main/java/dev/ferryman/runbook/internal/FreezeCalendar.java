package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Window;
import dev.ferryman.runbook.internal.CalendarSettings.Freeze;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Days on which the server's configuration allows no window. */
public final class FreezeCalendar {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH);

    private final List<Rule> rules = new ArrayList<>();

    /** Days of one rule; those of a yearly one begin in a year. */
    private interface Days {
        LocalDate from(int year);

        LocalDate to(int year);
    }

    private record Rule(Days days, ZoneId zone, String reason) {}

    /** @throws IllegalStateException where an entry cannot be read; the service does not start with half a calendar */
    public FreezeCalendar(CalendarSettings settings) {
        for (int i = 0; i < settings.freezes().size(); i++) {
            Freeze freeze = settings.freezes().get(i);
            try {
                rules.add(read(freeze));
            } catch (DateTimeException | IllegalArgumentException e) {
                throw new IllegalStateException("ferryman.calendar.freezes[" + i + "] cannot be used: " + e.getMessage()
                        + ". Write from and to as 2026-12-20, or every year as 12-20, a zone such as Europe/Berlin"
                        + " and a reason.", e);
            }
        }
    }

    /** Why this window is in a freeze, half a sentence for each; none where it is in none. */
    public List<String> collisions(Window window) {
        List<String> found = new ArrayList<>();
        for (Rule rule : rules) {
            int first = window.start().atZone(rule.zone()).getYear() - 1;
            int last = window.end().atZone(rule.zone()).getYear();
            IntStream.rangeClosed(first, last).filter(year -> collides(rule, year, window)).findFirst()
                    .ifPresent(year -> found.add("there is a freeze from " + DAY.format(rule.days().from(year)) + " to "
                            + DAY.format(rule.days().to(year)) + " (" + rule.zone().getId() + "): " + rule.reason()));
        }
        return found;
    }

    private static boolean collides(Rule rule, int year, Window window) {
        Instant from = rule.days().from(year).atStartOfDay(rule.zone()).toInstant();
        Instant to = rule.days().to(year).plusDays(1).atStartOfDay(rule.zone()).toInstant();
        return window.overlaps(new Window(from, to, rule.zone()));
    }

    private static Rule read(Freeze freeze) {
        if (freeze.from() == null || freeze.to() == null || freeze.reason() == null || freeze.reason().isBlank()) {
            throw new IllegalArgumentException("from, to and reason are needed");
        }
        ZoneId zone = ZoneId.of(freeze.zone() == null ? "UTC" : freeze.zone());
        boolean yearly = freeze.from().length() == "12-20".length();
        return new Rule(yearly ? yearly(freeze) : once(freeze), zone, freeze.reason().strip());
    }

    private static Days once(Freeze freeze) {
        LocalDate from = LocalDate.parse(freeze.from());
        LocalDate to = LocalDate.parse(freeze.to());
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("it ends before it begins");
        }
        return new Days() {
            @Override
            public LocalDate from(int year) {
                return from;
            }

            @Override
            public LocalDate to(int year) {
                return to;
            }
        };
    }

    private static Days yearly(Freeze freeze) {
        MonthDay from = MonthDay.parse("--" + freeze.from());
        MonthDay to = MonthDay.parse("--" + freeze.to());
        int over = to.isBefore(from) ? 1 : 0;
        return new Days() {
            @Override
            public LocalDate from(int year) {
                return from.atYear(year);
            }

            @Override
            public LocalDate to(int year) {
                return to.atYear(year + over);
            }
        };
    }
}
