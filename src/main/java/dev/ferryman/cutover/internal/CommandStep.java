package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.hook.CommandOutcome;
import dev.ferryman.hook.NamedCommands;
import dev.ferryman.runbook.StepAction;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * {@code hook.command}: runs a command of the server's allow-list. Nobody knows what a command does when it is run
 * twice, so it never is by itself.
 */
@Component
class CommandStep implements StepAction {
    private static final String COMMAND = "command";
    private static final String OPTIONAL = "optional";

    private final NamedCommands commands;

    CommandStep(NamedCommands commands) {
        this.commands = commands;
    }

    @Override
    public String type() {
        return "hook.command";
    }

    @Override
    public boolean idempotent() {
        return false;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return Arguments.check(with, arguments -> {
            String optional = arguments.text(OPTIONAL).orElse("false");
            if (!optional.equals("true") && !optional.equals("false")) {
                throw new BadInputException("optional is " + optional + ".", "It can be true or false.");
            }
            if (!nothingToRun(arguments)) {
                commands.check(arguments.required(COMMAND), arguments.texts("parameters"));
            }
        });
    }

    private static boolean nothingToRun(Arguments arguments) {
        return arguments.text(OPTIONAL).filter("true"::equals).isPresent() && arguments.text(COMMAND).isEmpty();
    }

    @Override
    public Optional<String> onlyToldInRehearsal(Map<String, Object> with) {
        var arguments = new Arguments(with);
        return Optional.of(nothingToRun(arguments)
                ? "It would run no command: none is named."
                : "It would run the command " + arguments.required(COMMAND) + ".");
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        var arguments = new Arguments(context.with());
        if (nothingToRun(arguments)) {
            return new StepResult.Passed("No command is named: a person does it.");
        }
        String name = arguments.required(COMMAND);
        CommandOutcome outcome = commands.run(name, arguments.texts("parameters"), new StepJournal(context));
        if (outcome.succeeded()) {
            return new StepResult.Passed(
                    "The command " + name + " succeeded in " + outcome.duration().toMillis() + " ms.");
        }
        return new StepResult.Failed(
                outcome.timedOut()
                        ? "The command " + name + " ran out of its time limit and was ended."
                        : "The command " + name + " failed with exit status " + outcome.exitCode() + ".",
                "Read its output, correct the cause, and retry once you know that repeating it is safe.");
    }
}
