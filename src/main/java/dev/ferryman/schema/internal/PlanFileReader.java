package dev.ferryman.schema.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schema.Choice;
import dev.ferryman.schema.Collation;
import dev.ferryman.schema.NameCase;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.PlanChoices;
import dev.ferryman.schema.PlanChoices.ColumnChoices;
import dev.ferryman.schema.PlanChoices.TableChoices;
import dev.ferryman.schema.PlanChoices.TargetName;
import dev.ferryman.schema.PlanFile;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Reads {@link PlanFile}. Every mistake is noted with its place, so that one reading finds all of them. */
public final class PlanFileReader {
    private static final int MOST_SHOWN = 10;
    private static final int LONGEST_FILE = 32 * 1024 * 1024;

    private final String file;
    private final SourceSchema schema;
    private final List<String> mistakes = new ArrayList<>();

    /** @param file its name, for messages */
    public PlanFileReader(String file, SourceSchema schema) {
        this.file = file;
        this.schema = schema;
    }

    /** See {@link PlanFile#read}. */
    public PlanChoices read(String text) {
        var choices = PlanChoices.none();
        try {
            var options = new LoaderOptions();
            options.setCodePointLimit(LONGEST_FILE);
            var root = new Yaml(options).compose(new StringReader(text));
            if (root == null) {
                mistakes.add(file + ": the file is empty; write at least version: " + PlanFile.VERSION);
            } else {
                choices = choices(root);
            }
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            mistakes.add(file + ":" + (mark == null ? 1 : mark.getLine() + 1) + ":"
                    + (mark == null ? 1 : mark.getColumn() + 1) + ": this is no YAML: " + e.getProblem());
        } catch (YAMLException e) {
            mistakes.add(file + ": this is no YAML: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        if (!mistakes.isEmpty()) {
            var more = mistakes.size() - MOST_SHOWN;
            throw new BadInputException(mistakes.stream().limit(MOST_SHOWN).collect(Collectors.joining("\n"))
                    + (more > 0 ? "\nand " + more + " more" : ""),
                    "Correct the plan file; inspect --write-plan writes one with every choice there is.");
        }
        return choices;
    }

    private void wrong(Node at, String what) {
        mistakes.add(file + ":" + (at.getStartMark().getLine() + 1) + ":" + (at.getStartMark().getColumn() + 1) + ": "
                + what);
    }

    /** The entries of a mapping by their keys. */
    private Map<String, NodeTuple> entries(Node node, String what) {
        var entries = new LinkedHashMap<String, NodeTuple>();
        if (node instanceof ScalarNode scalar && scalar.isPlain() && scalar.getValue().isEmpty()) {
            return entries;
        }
        if (!(node instanceof MappingNode mapping)) {
            wrong(node, what + " must be a mapping, key: value");
            return entries;
        }
        for (var tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                wrong(tuple.getKeyNode(), "a key of " + what + " must be plain text");
            } else if (entries.putIfAbsent(key.getValue(), tuple) != null) {
                wrong(key, key.getValue() + " is in " + what + " twice");
            }
        }
        return entries;
    }

    private void known(Map<String, NodeTuple> entries, String what, String... keys) {
        entries.forEach((key, tuple) -> {
            if (!Arrays.asList(keys).contains(key)) {
                wrong(tuple.getKeyNode(), "‘" + key + "’ means nothing in " + what + "; known are "
                        + String.join(", ", keys));
            }
        });
    }

    private PlanChoices choices(Node root) {
        var entries = entries(root, "the plan file");
        known(entries, "the plan file", "version", "names", "tables");
        var version = entries.get("version");
        if (version == null) {
            wrong(root, "version is missing; this Ferryman reads version: " + PlanFile.VERSION);
        } else if (!scalar(version.getValueNode(), "version").equals(String.valueOf(PlanFile.VERSION))) {
            wrong(version.getValueNode(), "this Ferryman reads version: " + PlanFile.VERSION);
        }
        var names = NameCase.KEEP;
        var written = entries.get("names");
        if (written != null) {
            var word = scalar(written.getValueNode(), "names");
            var found = Arrays.stream(NameCase.values()).filter(n -> n.word().equals(word)).findFirst();
            if (found.isEmpty()) {
                wrong(written.getValueNode(), "names is " + word + "; it can be keep, lower or snake");
            }
            names = found.orElse(NameCase.KEEP);
        }
        var tables = new LinkedHashMap<String, TableChoices>();
        var given = entries.get("tables");
        if (given != null) {
            entries(given.getValueNode(), "tables").forEach((name, tuple) -> {
                var table = schema.table(name);
                if (table == null || table.kind() != SourceTable.Kind.ORDINARY) {
                    wrong(tuple.getKeyNode(), "the source has no table ‘" + name + "’" + similar(name, schema.tables()
                            .stream().filter(t -> t.kind() == SourceTable.Kind.ORDINARY).map(SourceTable::name)
                            .toList()));
                } else {
                    tables.put(table.name(), table(table, tuple.getValueNode()));
                }
            });
        }
        return new PlanChoices(names, tables);
    }

    private TableChoices table(SourceTable table, Node node) {
        var what = "table " + table.name();
        var entries = entries(node, what);
        known(entries, what, "exclude", "target", "schema", "rows", "columns", "constraints");
        var columns = new LinkedHashMap<String, ColumnChoices>();
        var given = entries.get("columns");
        if (given != null) {
            entries(given.getValueNode(), "columns of " + what).forEach((name, tuple) -> {
                var column = table.column(name);
                if (column == null) {
                    wrong(tuple.getKeyNode(), "table " + table.name() + " has no column ‘" + name + "’"
                            + similar(name, table.columns().stream().map(SourceTable.SourceColumn::name).toList()));
                } else {
                    columns.put(column.name(), column(table.name() + "." + column.name(), tuple.getValueNode()));
                }
            });
        }
        var constraints = new LinkedHashMap<String, Choice>();
        var listed = entries.get("constraints");
        if (listed != null) {
            var subjects = subjects(table);
            entries(listed.getValueNode(), "constraints of " + what).forEach((name, tuple) -> {
                if (!subjects.contains(name) && !isForeignKey(table, name)) {
                    wrong(tuple.getKeyNode(), "table " + table.name() + " has no constraint ‘" + name + "’"
                            + similar(name, subjects));
                } else {
                    var choice = choice(tuple.getValueNode(), name, Choice.WIDEN, Choice.QUARANTINE, Choice.SKIP,
                            Choice.FAIL);
                    if (choice != null) {
                        constraints.put(name, choice);
                    }
                }
            });
        }
        return new TableChoices(excluded(entries, what), target(entries, what),
                choice(entries, "rows", what, Choice.REPLACE, Choice.SKIP,
                        Choice.FAIL),
                columns, constraints);
    }

    private @Nullable TargetName target(Map<String, NodeTuple> entries, String what) {
        var table = name(entries, "target", what);
        var in = name(entries, "schema", what);
        if (in != null && table == null) {
            wrong(Objects.requireNonNull(entries.get("schema")).getKeyNode(),
                    "schema of " + what + " needs a target: the table in that schema");
        }
        return table == null ? null : new TargetName(in, table);
    }

    private @Nullable String name(Map<String, NodeTuple> entries, String key, String what) {
        var tuple = entries.get(key);
        if (tuple == null) {
            return null;
        }
        var name = scalar(tuple.getValueNode(), key + " of " + what);
        if (name.isEmpty()) {
            wrong(tuple.getValueNode(), key + " of " + what + " has no name");
            return null;
        }
        return name;
    }

    /** Everything that a {@code Decision} about a constraint of this table may be called. */
    private static Set<String> subjects(SourceTable table) {
        return Stream.of(table.foreignKeys().stream().map(ForeignKeyPlanner::describe),
                table.checks().stream().map(check -> check.sql().strip()),
                table.indexes().stream().filter(SourceTable.SourceIndex::unique).map(IndexPlanner::describe),
                Stream.of("PRIMARY KEY")).flatMap(names -> names).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** A foreign key that only the target has is named by columns and tables of the source, like any other. */
    private boolean isForeignKey(SourceTable table, String name) {
        return schema.tables().stream().anyMatch(parent -> {
            var middle = name.indexOf(") REFERENCES " + parent.name() + " (");
            return name.startsWith("(") && middle > 0 && name.endsWith(")")
                    && Arrays.stream(name.substring(1, middle).split(", ")).allMatch(c -> table.column(c) != null);
        });
    }

    private ColumnChoices column(String what, Node node) {
        var entries = entries(node, "column " + what);
        known(entries, "column " + what, "exclude", "type", "collation", "values", "nulls");
        PgType type = null;
        var written = entries.get("type");
        if (written != null) {
            var text = scalar(written.getValueNode(), "type");
            type = PgTypes.parse(text);
            if (type == null) {
                wrong(written.getValueNode(), "‘" + text + "’ is no type that Ferryman can create; known are "
                        + PgTypes.KNOWN);
            }
        }
        return new ColumnChoices(excluded(entries, "column " + what), type, collation(entries, what),
                choice(entries, "values", what, Choice.WIDEN, Choice.CONVERT, Choice.QUARANTINE, Choice.SKIP,
                        Choice.FAIL),
                choice(entries, "nulls", what, Choice.WIDEN, Choice.QUARANTINE, Choice.FAIL));
    }

    private @Nullable Collation collation(Map<String, NodeTuple> entries, String what) {
        var tuple = entries.get("collation");
        if (tuple == null) {
            return null;
        }
        var word = scalar(tuple.getValueNode(), "collation of " + what);
        for (var collation : Collation.values()) {
            if (collation.word().equals(word)) {
                return collation;
            }
        }
        wrong(tuple.getValueNode(), "‘" + word + "’ is no collation for " + what + "; it can be "
                + Arrays.stream(Collation.values()).map(Collation::word).collect(Collectors.joining(", ")));
        return null;
    }

    private boolean excluded(Map<String, NodeTuple> entries, String what) {
        var tuple = entries.get("exclude");
        if (tuple == null) {
            return false;
        }
        var word = scalar(tuple.getValueNode(), "exclude");
        if (!word.equals("true") && !word.equals("false")) {
            wrong(tuple.getValueNode(), "exclude of " + what + " is ‘" + word + "’; it can be true or false");
        }
        return word.equals("true");
    }

    private @Nullable Choice choice(Map<String, NodeTuple> entries, String key, String what, Choice... possible) {
        var tuple = entries.get(key);
        return tuple == null ? null : choice(tuple.getValueNode(), key + " of " + what, possible);
    }

    private @Nullable Choice choice(Node node, String what, Choice... possible) {
        var word = scalar(node, what);
        for (var choice : possible) {
            if (choice.word().equals(word)) {
                return choice;
            }
        }
        wrong(node, "‘" + word + "’ is no choice for " + what + "; it can be "
                + Arrays.stream(possible).map(Choice::word).collect(Collectors.joining(", ")));
        return null;
    }

    private String scalar(Node node, String what) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        wrong(node, what + " must be a single word or text");
        return "";
    }

    private static String similar(String name, Collection<String> known) {
        var wanted = NameMatcher.snake(name);
        return known.stream().filter(other -> {
            var snake = NameMatcher.snake(other);
            return !wanted.isEmpty() && (snake.startsWith(wanted) || wanted.startsWith(snake)
                    || distanceIsOne(wanted, snake));
        }).findFirst().map(other -> "; did you mean ‘" + other + "’?").orElse("");
    }

    /** Whether one letter too many, missing, wrong, or two exchanged, make the one the other. */
    private static boolean distanceIsOne(String left, String right) {
        if (Math.abs(left.length() - right.length()) > 1) {
            return false;
        }
        var head = 0;
        while (head < Math.min(left.length(), right.length()) && left.charAt(head) == right.charAt(head)) {
            head++;
        }
        var tail = 0;
        while (tail < Math.min(left.length(), right.length()) - head
                && left.charAt(left.length() - 1 - tail) == right.charAt(right.length() - 1 - tail)) {
            tail++;
        }
        return Math.max(left.length(), right.length()) - head - tail <= 2;
    }
}
