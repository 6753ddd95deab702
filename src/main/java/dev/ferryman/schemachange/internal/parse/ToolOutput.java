package dev.ferryman.schemachange.internal.parse;

import dev.ferryman.schemachange.Origin;
import java.util.ArrayList;
import java.util.List;

/**
 * What a migration tool printed, made readable for PostgreSQL without moving a character: every position stays what it is
 * in the file.
 *
 * @param text the script
 * @param sections positions in characters where the tool begins a new transaction, ascending
 */
record ToolOutput(String text, List<Integer> sections) {
    private static final String LARAVEL_STATEMENT = "⇂";

    static ToolOutput read(String text, Origin origin) {
        String readable = text.startsWith("\uFEFF") ? " " + text.substring(1) : text;
        return switch (origin) {
            case LARAVEL -> laravel(readable);
            case LIQUIBASE -> new ToolOutput(readable, remarks(readable, "-- Changeset "));
            case PLAIN, ALEMBIC, FLYWAY, DJANGO, PRISMA, KNEX -> new ToolOutput(readable, List.of());
        };
    }

    private static String blanked(String line, boolean endsAnother) {
        int arrow = line.indexOf(LARAVEL_STATEMENT);
        return line.substring(0, arrow) + (endsAnother ? ";" : " ") + line.substring(arrow + 1);
    }

    private static List<Integer> remarks(String text, String beginning) {
        List<Integer> found = new ArrayList<>();
        for (int at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, at + 1)) {
            if (at == 0 || text.charAt(at - 1) == '\n') {
                found.add(at);
            }
        }
        return found;
    }

    /**
     * Laravel prints a line with the name of each migration, and its statements below it, each after an arrow and without a
     * semicolon. A line that continues a statement has no arrow and is not distinguished from a name by more than the row of
     * dots that names end in.
     */
    private static ToolOutput laravel(String text) {
        var readable = new StringBuilder();
        List<Integer> sections = new ArrayList<>();
        boolean within = false;
        for (String line : text.splitWithDelimiters("\n", 0)) {
            String content = line.strip();
            if (content.startsWith(LARAVEL_STATEMENT)) {
                readable.append(blanked(line, within));
                within = true;
            } else if (line.equals("\n") || content.isEmpty()) {
                readable.append(line);
            } else if (!within || content.endsWith(" DONE") || content.endsWith("....")
                    || content.startsWith("INFO ")) {
                sections.add(readable.length());
                readable.append(within ? ";" + " ".repeat(line.length() - 1) : " ".repeat(line.length()));
                within = false;
            } else {
                readable.append(line);
            }
        }
        return new ToolOutput(readable.toString(), sections);
    }
}
