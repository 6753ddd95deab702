package dev.ferryman.notify.internal;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a channel is not to be disturbed: {@code 22:00-07:00 Europe/Berlin}.
 *
 * @param from beginning, included
 * @param to   end, not included; before {@code from} where the night lies between
 */
record QuietHours(LocalTime from, LocalTime to, ZoneId zone) {
    private static final Pattern TEXT = Pattern.compile("(\\d\\d:\\d\\d)-(\\d\\d:\\d\\d) (\\S+)");

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException where they cannot be read
     */
    static QuietHours parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        try {
            if (matcher.matches()) {
                QuietHours read = new QuietHours(LocalTime.parse(matcher.group(1)), LocalTime.parse(matcher.group(2)),
                        ZoneId.of(matcher.group(3)));
                if (!read.from.equals(read.to)) {
                    return read;
                }
            }
        } catch (DateTimeException _) {
            // Answered below like every other text that cannot be read.
        }
        throw new IllegalArgumentException(
                "quiet hours are written like 22:00-07:00 Europe/Berlin, found ‘" + text + "’");
    }

    /** When the quiet hours end that this moment is in; empty where it is in none. */
    Optional<Instant> endAfter(Instant moment) {
        ZonedDateTime there = moment.atZone(zone);
        LocalTime time = there.toLocalTime();
        boolean overnight = to.isBefore(from);
        boolean quiet = overnight
                ? !time.isBefore(from) || time.isBefore(to)
                : !time.isBefore(from) && time.isBefore(to);
        if (!quiet) {
            return Optional.empty();
        }
        boolean tomorrow = overnight && !time.isBefore(from);
        return Optional.of(there.toLocalDate().plusDays(tomorrow ? 1 : 0).atTime(to).atZone(zone).toInstant());
    }

    @Override
    public String toString() {
        return from + "-" + to + " " + zone;
    }
}
