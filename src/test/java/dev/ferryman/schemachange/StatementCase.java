package dev.ferryman.schemachange;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A statement with the verdict that is expected; the format is in the README beside the files. */
record StatementCase(String name, Map<String, String> expected, Set<String> flags, String setup, String statement) {
    private static final Path DIRECTORY = Path.of("src/test/resources/dev/ferryman/schemachange/statements");

    static String base() {
        return read(DIRECTORY.resolve("base.sql"));
    }

    static Stream<StatementCase> all() {
        return Stream.of("columns", "types", "constraints", "indexes", "tables", "objects")
                .flatMap(file -> parse(read(DIRECTORY.resolve(file + ".sql"))).stream());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<StatementCase> parse(String text) {
        List<StatementCase> cases = new ArrayList<>();
        for (String block : text.split("(?m)^--- ")) {
            if (!block.isBlank()) {
                cases.add(one(block));
            }
        }
        return cases;
    }

    private static StatementCase one(String block) {
        Map<String, String> expected = new HashMap<>();
        Set<String> flags = new TreeSet<>();
        var setup = new StringBuilder();
        var statement = new StringBuilder();
        StringBuilder into = null;
        List<String> lines = block.lines().toList();
        for (String line : lines.subList(1, lines.size())) {
            if (line.equals("-- setup")) {
                into = setup;
            } else if (line.equals("-- statement")) {
                into = statement;
            } else if (into != null) {
                into.append(line).append('\n');
            } else if (line.contains(": ")) {
                expected.put(line.substring(3, line.indexOf(": ")), line.substring(line.indexOf(": ") + 2));
            } else {
                flags.add(line.substring(3));
            }
        }
        return new StatementCase(lines.getFirst(), expected, flags, setup.toString().strip(),
                statement.toString().strip());
    }

    /** What the file says of a key, which every case has to. */
    String what(String key) {
        return Objects.requireNonNull(expected.get(key), () -> name + " says nothing of " + key);
    }

    boolean runsOn(int version) {
        return !expected.containsKey("only") || what("only").equals(String.valueOf(version));
    }

    boolean has(String flag) {
        return flags.contains(flag);
    }

    /** What the script says, with what comes before the statement. */
    String script() {
        String session = expected.get("session");
        return (session == null ? "" : session + ";\n") + statement;
    }

    Map<String, LockMode> locks() {
        Map<String, LockMode> locks = new TreeMap<>();
        if (!what("locks").equals("none")) {
            for (String lock : what("locks").split(", ")) {
                String[] parts = lock.split(" ", 2);
                locks.put(parts[0], LockMode.valueOf(parts[1].replace(' ', '_')));
            }
        }
        return locks;
    }

    Set<String> rules() {
        Set<String> rules = new TreeSet<>();
        if (!what("rules").equals("none")) {
            rules.addAll(Arrays.asList(what("rules").split(", ")));
        }
        return rules;
    }

    @Override
    public String toString() {
        return name;
    }
}
