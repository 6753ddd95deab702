package dev.ferryman.cutover.internal;

import static dev.ferryman.cutover.Diagnosis.Check.fine;

import dev.ferryman.cutover.Diagnosis.Check;
import dev.ferryman.cutover.Diagnosis.Found;
import dev.ferryman.cutover.DifferenceRow;
import dev.ferryman.cutover.PlanView;
import dev.ferryman.cutover.Topic;
import dev.ferryman.cutover.VerificationView;
import dev.ferryman.schema.AfterLoad;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Why the two sides may hold other values: where they differ and how, and what in the target changes or refuses rows. */
final class MismatchChecks {
    private static final int NAMED = 5;

    private MismatchChecks() {}

    /** Looks at the listed differences of the latest comparison. */
    static void differences(Optional<VerificationView> latest, Optional<PlanView> plan, Consumer<Check> tell) {
        String asked = "Where do the two sides differ?";
        if (latest.isEmpty()) {
            tell.accept(new Check(Topic.MISMATCH, asked, Found.UNKNOWN, "They have not been compared yet.",
                    "Run the comparison of this runbook."));
            return;
        }
        List<DifferenceRow> shown = latest.get().shown();
        if (latest.get().differences() == 0) {
            tell.accept(fine(Topic.MISMATCH, asked, "The latest comparison found no difference."));
            return;
        }
        Map<String, Long> places = shown.stream().collect(Collectors.groupingBy(MismatchChecks::place,
                LinkedHashMap::new, Collectors.counting()));
        tell.accept(new Check(Topic.MISMATCH, asked, Found.WRONG,
                latest.get().differences() + " rows differ; of the first " + shown.size() + ": "
                        + named(places.entrySet().stream().map(each -> each.getKey() + " (" + each.getValue() + ")")
                                .toList())
                        + ".",
                "See the verification page for keys and values."));
        tell.accept(form(shown));
        plan.ifPresent(it -> tell.accept(binary(shown, it)));
    }

    private static String place(DifferenceRow row) {
        return row.table() + (row.column() == null ? ", rows " + row.kind() : "." + row.column());
    }

    private static Check form(List<DifferenceRow> shown) {
        String asked = "Is it only case, spaces or the form of Unicode?";
        List<DifferenceRow> both = shown.stream().filter(row -> row.source() != null && row.target() != null).toList();
        long alike = both.stream().filter(MismatchChecks::alike).count();
        return alike == 0
                ? fine(Topic.MISMATCH, asked, "No: the values are different ones.")
                : new Check(Topic.MISMATCH, asked, Found.WRONG,
                        "Yes, in " + alike + " of the first " + both.size() + ".",
                        "Something in the target rewrites text: a column of type char(n), a trigger, or an application"
                                + " that writes there already.");
    }

    private static boolean alike(DifferenceRow row) {
        return plain(String.valueOf(row.source())).equals(plain(String.valueOf(row.target())));
    }

    private static String plain(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT).replaceAll("\\s+", "");
    }

    private static Check binary(List<DifferenceRow> shown, PlanView plan) {
        String asked = "Do encrypted and binary columns arrive byte for byte?";
        TreeSet<String> binary = new TreeSet<>();
        for (TablePlan table : plan.plan().tables()) {
            table.columns().stream().filter(column -> column.type().base() == PgType.Base.BYTEA)
                    .filter(column -> shown.stream().anyMatch(row -> row.table().equals(table.source())
                            && column.source().equals(row.column())))
                    .forEach(column -> binary.add(table.source() + "." + column.source()));
        }
        return binary.isEmpty()
                ? fine(Topic.MISMATCH, asked, "No binary column is among the listed differences.")
                : new Check(Topic.MISMATCH, asked, Found.WRONG, "These differ: " + named(List.copyOf(binary)) + ".",
                        "Do not switch: what is encrypted cannot be read with one byte changed. Find out who has written"
                                + " there since the copy.");
    }

    /** Looks at the tables of the plan in the target. */
    static void structure(Connection target, PlanView plan, Consumer<Check> tell) throws SQLException {
        tell.accept(triggers(target, plan));
        tell.accept(constraints(target, plan));
    }

    private static Check triggers(Connection target, PlanView plan) throws SQLException {
        String asked = "Does a trigger that is not Ferryman's change rows as they are written?";
        List<String> found = new ArrayList<>();
        for (TablePlan table : plan.plan().tables()) {
            found.addAll(Rows.texts(target,
                    """
                    SELECT c.relname || '.' || t.tgname FROM pg_trigger t
                    JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                    JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace f ON f.oid = p.pronamespace
                    WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND f.nspname <> 'ferryman'
                    AND n.nspname = ? AND c.relname = ? ORDER BY 1""", table.targetSchema(), table.target()));
        }
        return found.isEmpty()
                ? fine(Topic.MISMATCH, asked, "No.")
                : new Check(Topic.MISMATCH, asked, Found.DOUBTFUL, "There are: " + named(found) + ".",
                        "Read what they do; disable those that rewrite values while data is carried over"
                                + " (ALTER TABLE … DISABLE TRIGGER).");
    }

    private static Check constraints(Connection target, PlanView plan) throws SQLException {
        String asked = "Are the planned keys and constraints there, and valid?";
        List<String> missing = new ArrayList<>();
        List<String> invalid = new ArrayList<>();
        for (TablePlan table : plan.plan().tables()) {
            List<String> there = Rows.texts(target,
                    """
                    SELECT k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
                    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?
                    UNION SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
                    JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = ? AND c.relname = ?""", table.targetSchema(), table.target(),
                    table.targetSchema(), table.target());
            table.afterLoad().stream().filter(each -> each.kind() != AfterLoad.Kind.COMMENT)
                    .map(AfterLoad::name).distinct().filter(name -> !there.contains(name))
                    .forEach(name -> missing.add(table.target() + ": " + name));
            invalid.addAll(Rows.texts(target,
                    """
                    SELECT c.relname || ': ' || k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
                    JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE NOT k.convalidated AND n.nspname = ? AND c.relname = ?""", table.targetSchema(),
                    table.target()));
        }
        if (missing.isEmpty() && invalid.isEmpty()) {
            return fine(Topic.MISMATCH, asked, "Yes.");
        }
        return new Check(Topic.MISMATCH, asked, Found.WRONG,
                (missing.isEmpty() ? "" : "Missing: " + named(missing) + ". ")
                        + (invalid.isEmpty() ? "" : "Not valid: " + named(invalid) + "."),
                "They come with the step that finishes the tables (engine.finish): run it, or see what it says.");
    }

    private static String named(List<String> names) {
        String first = String.join(", ", names.stream().limit(NAMED).toList());
        return names.size() > NAMED ? first + " and " + (names.size() - NAMED) + " more" : first;
    }
}
