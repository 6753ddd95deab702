package dev.ferryman.cli.internal;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Named here for the help; the entry point starts the service before any command is looked at. */
@Command(name = "serve", description = "Start the service and its dashboard. Takes configuration properties: --name=value.")
final class ServeCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw new IllegalStateException("the entry point starts the service");
    }
}
