package dev.ferryman.cli.internal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command that all others are below. */
@Command(name = "ferryman", mixinStandardHelpOptions = true, versionProvider = BuildVersion.class, description = "Carries a live application from SQLite to PostgreSQL, verified value by value.", footer = {
        "", "Without a command, or with 'serve', the service and its dashboard are started.", "",
        "Exit status: 0 done; 1 differences, or unsafe to go on; 2 bad input; 3 failed."}, subcommands = {
                InspectCommand.class, CopyCommand.class, VerifyCommand.class, CleanCommand.class,
                LintCommand.class,
                VerifyLogCommand.class, BackupStoreCommand.class, RestoreStoreCommand.class, VersionCommand.class,
                ServeCommand.class})
public final class FerrymanCommand implements Runnable {
    @Spec
    CommandSpec spec = CommandSpec.create();

    private final boolean terminal;

    /** @param terminal whether a person is watching the error stream */
    public FerrymanCommand(boolean terminal) {
        this.terminal = terminal;
    }

    boolean terminal() {
        return terminal;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "No command is given.");
    }
}
