package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.hook.NamedCommands;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schemachange.SqlScript;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Fetches what a change of the schema consists of: files below the allowed directories, and what commands print. */
@Component
class SchemaChanges {
    private static final Duration LOOK_LIMIT = Duration.ofSeconds(15);
    private static final int MOST_BYTES = 4 * SqlScript.MOST_CHARACTERS;
    private static final int LONGEST_REVISION = 10_000;

    private final NamedCommands commands;
    private final SqlFiles files;
    private final SchemaRecords records;

    SchemaChanges(NamedCommands commands, SqlFiles files, SchemaRecords records) {
        this.commands = commands;
        this.files = files;
        this.records = records;
    }

    /**
     * A command that changes the schema was begun.
     *
     * @param attempt the step's attempt that has begun it
     */
    record Begun(String command, int attempt) {}

    /**
     * Checks without running anything that all it names may be used.
     *
     * @throws BadInputException where something may not
     */
    void check(ChangeSource source) {
        source.script().ifPresent(files::require);
        source.undoScript().ifPresent(files::require);
        source.command().ifPresent(name -> check(name, source.parameters()));
        source.previewCommand().ifPresent(name -> check(name, source.parameters()));
        source.undoCommand().ifPresent(name -> check(name, source.parameters()));
        check(source.revision(), source.parameters());
    }

    /** As {@link #check(ChangeSource)}, of how the revision is asked for. */
    void check(ChangeSource.Revision revision, Map<String, String> parameters) {
        revision.command().ifPresent(name -> check(name, parameters));
    }

    private void check(String command, Map<String, String> parameters) {
        commands.check(command, taken(command, parameters));
    }

    /** Runs a command of the team's tool. */
    boolean run(String command, ChangeSource source, StepContext context) throws InterruptedException {
        records.keep(context.cutoverId(), context.stepKey(), SchemaRecords.Kind.COMMAND,
                new Begun(command, context.attempt()), context.clock().instant());
        try {
            return commands.run(command, taken(command, source.parameters()), new StepJournal(context)).succeeded();
        } finally {
            ended(context);
        }
    }

    /** The command that the step has begun has ended, by itself or as its revision shows. */
    void ended(StepContext context) {
        records.forget(context.cutoverId(), context.stepKey(), SchemaRecords.Kind.COMMAND);
    }

    /**
     * The answer where a command was begun in this cutover, by this attempt or by another step, and Ferryman died without
     * seeing it end: the tool may have outlived it and go on, and a second one beside it could do everything twice, or undo
     * what is not done yet. A person who retries has looked.
     *
     * @param revision what the schema's revision is now
     */
    Optional<StepResult> mayStillRun(StepContext context, Optional<String> revision) {
        Optional<SchemaRecords.Of<Begun>> found = records
                .all(context.cutoverId(), SchemaRecords.Kind.COMMAND, Begun.class).stream()
                .filter(each -> !each.step().equals(context.stepKey())
                        || each.content().attempt() == context.attempt())
                .findFirst();
        found.ifPresent(each -> {
            records.forget(each.id());
            records.keep(context.cutoverId(), context.stepKey(), SchemaRecords.Kind.COMMAND,
                    new Begun(each.content().command(), context.attempt()), context.clock().instant());
        });
        return found.map(each -> new StepResult.Inconclusive("Ferryman was stopped while the command "
                + each.content().command() + " ran, and the tool may still be at work. The revision is "
                + revision.orElse("unknown") + ".",
                "Look at the host where it ran, and at the server's sessions. Once it has ended, retry: where the revision"
                        + " is the expected one by then, nothing is run again."));
    }

    private Map<String, String> taken(String command, Map<String, String> parameters) {
        Map<String, String> taken = new TreeMap<>(parameters);
        taken.keySet().retainAll(commands.parameters(command));
        return taken;
    }

    /** The SQL of the change: the file's, or what the tool says that it would do. */
    SqlScript forward(ChangeSource source, StepContext context) throws InterruptedException {
        if (source.script().isPresent()) {
            return files.change(source.script().get());
        }
        String command = source.previewCommand().orElseThrow();
        return SqlFiles.changing(
                SqlScript.of(command + ".sql", printed(command, source.parameters(), MOST_BYTES, context)));
    }

    /** The SQL that takes it back, where it is a file. */
    Optional<SqlScript> back(ChangeSource source) {
        return source.undoScript().map(files::change);
    }

    /** The schema's revision; empty where nothing says it, and ‘none’ where there is none yet. */
    Optional<String> revision(ChangeSource.Revision revision, Map<String, String> parameters, PostgresTarget target,
            StepContext context) throws InterruptedException {
        if (revision.query().isPresent()) {
            return Optional.of(queried(target, revision.query().get()));
        }
        if (revision.command().isEmpty()) {
            return Optional.empty();
        }
        String text = printed(revision.command().get(), parameters, LONGEST_REVISION, context);
        // Tools print remarks behind it, such as Alembic’s ‘(head)’.
        List<String> lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return Optional.of(lines.isEmpty() ? "none" : lines.getLast().split("\\s+")[0]);
    }

    private static String queried(PostgresTarget target, String query) {
        try (Connection connection = target.connectToLook(LOOK_LIMIT);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            String found = rows.next() ? rows.getString(1) : null;
            return found == null ? "none" : found.strip();
        } catch (SQLException e) {
            throw target.refusal(e);
        }
    }

    private String printed(String command, Map<String, String> parameters, int most, StepContext context)
            throws InterruptedException {
        return commands.print(command, taken(command, parameters), most, new StepJournal(context))
                .orElseThrow(() -> new BadInputException("The command " + command + " failed.",
                        "Nothing was changed. Read its output, correct the cause, then retry."));
    }
}
