package dev.ferryman.schemachange.internal.parse;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schemachange.SqlScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads a script with PostgreSQL's parser. */
public final class ScriptParser {
    /** Commands of psql that change neither the session nor the schema. */
    private static final Set<String> HARMLESS = Set.of("\\set", "\\unset", "\\echo", "\\qecho", "\\warn", "\\timing",
            "\\pset", "\\conninfo", "\\errverbose", "\\x", "\\restrict", "\\unrestrict", "\\q");

    private ScriptParser() {}

    /**
     * The statements of a script.
     *
     * @throws BadInputException if PostgreSQL would refuse the text, or a command of psql would change what is run; with
     *         file, line and column in one line
     */
    public static ParsedScript parse(SqlScript script) {
        ToolOutput output = ToolOutput.read(script.text(), script.origin());
        var readable = new StringBuilder(output.text());
        var parser = new PgQuery();
        while (true) {
            try {
                return read(script, output.sections(), readable.toString(), parser.parse(readable.toString()));
            } catch (RefusedSqlException e) {
                int at = readable.toString().offsetByCodePoints(0,
                        Math.min(e.position(), Character.codePointCount(readable, 0, readable.length())));
                if (at >= readable.length() || readable.charAt(at) != '\\') {
                    throw refusal(script, at, String.valueOf(e.getMessage()),
                            "Make it what PostgreSQL accepts; placeholders of a "
                                    + "migration tool have to be filled in first.");
                }
                blankHarmlessCommand(script, readable, at);
                parser = new PgQuery();
            }
        }
    }

    /** The parser stops at the backslash of each command of psql; a harmless one is blanked out, and read past. */
    private static void blankHarmlessCommand(SqlScript script, StringBuilder text, int at) {
        int end = text.indexOf("\n", at);
        int stop = end < 0 ? text.length() : end;
        String line = text.substring(at, stop);
        String command = line.substring(0, (int) line.chars().takeWhile(c -> !Character.isWhitespace(c)).count());
        if (!HARMLESS.contains(command)) {
            throw refusal(script, at, "‘" + command + "’ is a command of psql, not SQL",
                    "Give the SQL that it stands for: what psql would include, run or connect to cannot be seen here.");
        }
        for (int i = at; i < stop; i++) {
            text.setCharAt(i, ' ');
        }
    }

    private static BadInputException refusal(SqlScript script, int at, String what, String next) {
        var place = new ParsedScript(List.of(), script.text(), new ByteOffsets(""));
        return new BadInputException(
                script.name() + ":" + place.line(at) + ":" + place.column(at) + ": " + what + ".", next);
    }

    private static ParsedScript read(SqlScript script, List<Integer> sections, String readable, JsonNode root) {
        var bytes = new ByteOffsets(readable);
        List<ParsedStatement> statements = new ArrayList<>();
        for (JsonNode raw : root.path("stmts")) {
            int begin = raw.path("stmt_location").asInt(0);
            int length = raw.path("stmt_len").asInt(0);
            int start = Remarks.skip(readable, bytes.character(begin));
            int end = length == 0 ? readable.length() : bytes.character(begin + length);
            String sql = script.text().substring(start, Math.max(start, end)).strip();
            int section = (int) sections.stream().filter(position -> position <= start).count();
            statements.add(
                    new ParsedStatement(statements.size() + 1, Tree.tagged(raw.path("stmt")), start, sql, section));
        }
        return new ParsedScript(List.copyOf(statements), script.text(), bytes);
    }
}
