package dev.ferryman.schema.internal;

import dev.ferryman.schema.Choice;
import dev.ferryman.schema.Decision;
import dev.ferryman.schema.Decision.Kind;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanChoices;
import dev.ferryman.schema.PlanFile;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes {@link PlanFile}. */
public final class PlanFileWriter {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    /** Words that YAML takes for something else than text. */
    private static final Set<String> TAKEN = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

    private final Plan plan;
    private final PlanChoices choices;
    private final StringBuilder out = new StringBuilder();

    /** See {@link PlanFile#write}. */
    public PlanFileWriter(Plan plan, PlanChoices choices) {
        this.plan = plan;
        this.choices = choices;
    }

    /** See {@link PlanFile#write}. */
    public String write() {
        line(0, "# What becomes of this source where Ferryman has to be told. Change the words behind the colons, then");
        line(0, "# give the file to inspect, copy and verify: --plan FILE. What is not written here, Ferryman decides.");
        line(0, "#");
        line(0, "# A table or column stays behind with exclude: true. A column gets another type with type:, such as");
        line(0, "#   tables:");
        line(0, "#     people:");
        line(0, "#       columns:");
        line(0, "#         age:");
        line(0, "#           type: integer");
        line(0, "version: " + PlanFile.VERSION);
        line(0, "");
        line(0, "# Names in a created schema: keep them, lower (case) or snake (order_details).");
        line(0, "names: " + choices.names().word());
        line(0, "");
        var tables = new TreeSet<>(choices.tables().keySet());
        plan.decisions().forEach(decision -> tables.add(decision.table()));
        tables.removeIf(this::isEmpty);
        line(0, tables.isEmpty() ? "tables: {}" : "tables:");
        tables.forEach(this::table);
        return out.toString();
    }

    private boolean isEmpty(String table) {
        var chosen = choices.table(table);
        return !chosen.excluded() && chosen.target() == null && chosen.rows() == null && chosen.constraints().isEmpty()
                && chosen.columns().values().stream().allMatch(PlanFileWriter::isEmpty)
                && plan.decisions().stream().noneMatch(decision -> decision.table().equals(table));
    }

    private static boolean isEmpty(PlanChoices.ColumnChoices column) {
        return !column.excluded() && column.type() == null && column.collation() == null
                && column.values() == null && column.nulls() == null;
    }

    private void table(String table) {
        var chosen = choices.table(table);
        line(1, scalar(table) + ":");
        if (chosen.excluded()) {
            line(2, "exclude: true");
        }
        var target = chosen.target();
        if (target != null) {
            line(2, "target: " + scalar(target.table()));
            if (target.schema() != null) {
                line(2, "schema: " + scalar(target.schema()));
            }
        }
        choice(2, "rows", find(table, Kind.ROWS, null, null), chosen.rows());
        Map<String, PlanChoices.ColumnChoices> columns = new TreeMap<>(chosen.columns());
        plan.decisions().stream().filter(decision -> decision.table().equals(table)).map(Decision::column)
                .forEach(column -> {
                    if (column != null) {
                        columns.putIfAbsent(column, new PlanChoices.ColumnChoices(false, null, null, null, null));
                    }
                });
        columns.entrySet().removeIf(entry -> isEmpty(entry.getValue())
                && find(table, Kind.VALUES, entry.getKey(), null) == null
                && find(table, Kind.NULLS, entry.getKey(), null) == null);
        if (!columns.isEmpty()) {
            line(2, "columns:");
            columns.forEach((name, column) -> column(table, name, column));
        }
        constraints(table, chosen.constraints());
    }

    private void column(String table, String name, PlanChoices.ColumnChoices chosen) {
        line(3, scalar(name) + ":");
        if (chosen.excluded()) {
            line(4, "exclude: true");
        }
        if (chosen.type() != null) {
            line(4, "type: " + PgTypes.sql(chosen.type()));
        }
        if (chosen.collation() != null) {
            line(4, "collation: " + chosen.collation().word());
        }
        choice(4, "values", find(table, Kind.VALUES, name, null), chosen.values());
        choice(4, "nulls", find(table, Kind.NULLS, name, null), chosen.nulls());
    }

    private void constraints(String table, Map<String, Choice> chosen) {
        Map<String, @Nullable Decision> all = new TreeMap<>();
        chosen.keySet().forEach(subject -> all.put(subject, null));
        plan.decisions().stream().filter(decision -> decision.table().equals(table) && decision.subject() != null)
                .forEach(decision -> all.put(String.valueOf(decision.subject()), decision));
        if (!all.isEmpty()) {
            line(2, "constraints:");
            all.forEach((subject, decision) -> choice(3, scalar(subject), decision, chosen.get(subject)));
        }
    }

    private @Nullable Decision find(String table, Kind kind, @Nullable String column, @Nullable String subject) {
        return plan.decisions().stream()
                .filter(d -> d.table().equals(table) && d.kind() == kind
                        && java.util.Objects.equals(d.column(), column)
                        && java.util.Objects.equals(d.subject(), subject))
                .findFirst().orElse(null);
    }

    private void choice(int depth, String key, @Nullable Decision decision, @Nullable Choice chosen) {
        if (decision != null) {
            question(depth, decision);
        }
        var written = chosen != null ? chosen : decision != null ? decision.chosen() : null;
        if (written != null) {
            line(depth, key + ": " + written.word());
        }
    }

    private void question(int depth, Decision decision) {
        line(depth, "# " + oneLine(decision.message()));
        if (decision.count() > 0 || !decision.exampleKeys().isEmpty()) {
            line(depth, "# " + oneLine(counted(decision.count(), decision.exampleKeys())));
        }
        for (var option : decision.options()) {
            line(depth, String.format(Locale.ROOT, "#   %-11s %s%s", option.choice().word(), oneLine(option.effect()),
                    option.choice() == decision.recommended() ? " (recommended)" : ""));
        }
    }

    /** How many rows, and which for example. */
    static String counted(long count, List<String> exampleKeys) {
        var rows = count == 0
                ? "Rows"
                : String.format(Locale.ROOT, "%,d %s", count, count == 1 ? "row" : "rows");
        return rows + (exampleKeys.isEmpty() ? "." : ", such as " + String.join("; ", exampleKeys) + ".");
    }

    private static String oneLine(String text) {
        return text.strip().codePoints().map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
                .mapToObj(Character::toString).collect(Collectors.joining()).replaceAll(" +", " ");
    }

    private void line(int depth, String text) {
        out.append("  ".repeat(depth)).append(text).append('\n');
    }

    /** Any text as a YAML scalar on one line. */
    static String scalar(String text) {
        if (PLAIN.matcher(text).matches() && !TAKEN.contains(text.toLowerCase(Locale.ROOT))) {
            return text;
        }
        var quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF
                    || (c >= 0xD800 && c < 0xE000) || c == 0xFFFE || c == 0xFFFF) {
                quoted.append(String.format(Locale.ROOT, "\\u%04X", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
