package dev.ferryman.traffic.internal;

import dev.ferryman.traffic.Side;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of the file that nginx includes, and what it says. */
final class NginxFile {
    private static final Pattern ROUTING = Pattern.compile("writes=(SQLite|PostgreSQL) reads=(\\d{1,3})");

    /** Last line of a file that nginx was not told to load yet. */
    static final String UNLOADED = "# Not loaded yet.\n";

    private NginxFile() {}

    /** Where requests go, as the running nginx tells it at the probe's address. */
    static String routing(Side writes, int readsOnTarget) {
        return "writes=" + writes.database() + " reads=" + readsOnTarget;
    }

    /** Reads {@link #routing} out of a text, empty where it is not there. */
    static Optional<Routing> read(String text) {
        Matcher found = ROUTING.matcher(text);
        return found.find()
                ? Optional.of(new Routing(found.group(1).equals(Side.SOURCE.database()) ? Side.SOURCE : Side.TARGET,
                        Integer.parseInt(found.group(2)), List.of()))
                : Optional.empty();
    }

    static String text(NginxSettings settings, Side writes, int readsOnTarget) {
        String share = switch (readsOnTarget) {
            case 0 -> "    * " + settings.blue() + ";\n";
            case 100 -> "    * " + settings.green() + ";\n";
            default -> "    " + readsOnTarget + "% " + settings.green() + ";\n    * " + settings.blue() + ";\n";
        };
        return """
               # Written by Ferryman. Changes by hand are overwritten.
               map "" $ferryman_routing {
                   default "%s";
               }
               map "" $ferryman_writes {
                   default %s;
               }
               split_clients "%s" $ferryman_reads {
               %s}
               """.formatted(routing(writes, readsOnTarget),
                writes == Side.SOURCE ? settings.blue() : settings.green(), settings.splitBy(), share);
    }
}
