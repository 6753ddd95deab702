package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import java.util.Map;
import java.util.Optional;

/**
 * Where a change of the schema comes from: SQL files that Ferryman applies, or the commands of the team's own tool.
 *
 * @param script SQL file of the change
 * @param undoScript SQL file that takes it back
 * @param command name of the command that makes the change
 * @param previewCommand name of the command that prints the change as SQL
 * @param undoCommand name of the command that takes it back
 * @param revision how the schema's revision is asked for
 * @param parameters of the commands; each gets those that it takes
 */
record ChangeSource(Optional<String> script, Optional<String> undoScript, Optional<String> command,
        Optional<String> previewCommand, Optional<String> undoCommand, Revision revision,
        Map<String, String> parameters) {

    /**
     * How the revision is asked for.
     *
     * @param command name of a command that prints it
     * @param query SQL that returns it
     * @param expected what it has to be afterwards
     */
    record Revision(Optional<String> command, Optional<String> query, Optional<String> expected) {
        /** Whether it can be asked for. */
        boolean known() {
            return command.isPresent() || query.isPresent();
        }
    }

    /**
     * Reads a step's arguments.
     *
     * @throws BadInputException where they name no source, or two
     */
    static ChangeSource of(Arguments arguments) {
        var source = new ChangeSource(arguments.text("script"), arguments.text("undo-script"),
                arguments.text("command"),
                arguments.text("preview-command"), arguments.text("undo-command"), revision(arguments),
                arguments.texts("parameters"));
        if (source.script.isPresent() == source.command.isPresent()) {
            throw new BadInputException(
                    source.script.isPresent()
                            ? "Both script and command are given."
                            : "Neither script nor command is given.",
                    "Name an SQL file, or a command of the server's allow-list.");
        }
        if (source.command.isPresent() && (source.previewCommand.isEmpty() || !source.revision.known())) {
            throw new BadInputException("A command that changes the schema needs two more.",
                    "Give preview-command, which prints its SQL, and revision-command or revision-query, which tell"
                            + " whether it has taken effect.");
        }
        return source;
    }

    /**
     * Reads the arguments of a step that runs the change or its way back.
     *
     * @throws BadInputException as {@link #of}; or where a command is named and nothing says which revision it comes to:
     *         nobody could tell then whether it was run already
     */
    static ChangeSource toRun(Arguments arguments) {
        ChangeSource source = of(arguments);
        if (source.command.isPresent() && source.revision.expected.isEmpty()) {
            throw new BadInputException("Nothing says which revision the schema has after the command.",
                    "Give it in expect: by it a command that was run already is known.");
        }
        return source;
    }

    /**
     * How a step's arguments say that the revision is asked for; nothing is demanded.
     *
     * @throws BadInputException where one is expected and nothing tells it
     */
    static Revision revision(Arguments arguments) {
        var revision = new Revision(arguments.text("revision-command"), arguments.text("revision-query"),
                arguments.text("expect"));
        if (revision.command.isPresent() && revision.query.isPresent()) {
            throw new BadInputException("Both revision-command and revision-query are given.", "Give one of them.");
        }
        if (revision.expected.isPresent() && !revision.known()) {
            throw new BadInputException("A revision is expected, and nothing tells which one the schema has.",
                    "Give revision-command or revision-query; or leave expect out, and nothing is compared.");
        }
        return revision;
    }
}
