package dev.ferryman.cli.internal;

import dev.ferryman.copy.CopyFailedException;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.replication.ReplicationFailedException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says in two lines what went wrong and what to do next, and chooses the exit status. */
public final class FailureMessage implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
        return switch (e) {
            case BadInputException bad -> tell(line, "bad-input", bad.getMessage(), bad.next(), ExitStatus.BAD_INPUT);
            case CopyFailedException failed ->
                tell(line, "failed", failed.getMessage(), failed.next(), ExitStatus.FAILED);
            case ReplicationFailedException failed ->
                tell(line, "failed", failed.getMessage(), failed.next(), ExitStatus.FAILED);
            case InterruptedException _ -> tell(line, "stopped", "Stopped from outside.",
                    "Nothing is half done. An unfinished copy goes on with copy --resume, or goes away with clean --drop.",
                    ExitStatus.FAILED);
            default -> tell(line, "failed", "Unexpected: " + e,
                    "Nothing is half done. Please report this with the command that you ran.", ExitStatus.FAILED);
        };
    }

    private static int tell(CommandLine line, String status, @Nullable String what, String next,
            int exit) {
        line.getErr().println(what);
        line.getErr().println(next);
        if (line.getCommand() instanceof DataCommand command && command.output.json()) {
            Map<String, Object> failure = new LinkedHashMap<>();
            failure.put("status", status);
            failure.put("what", String.valueOf(what));
            failure.put("next", next);
            line.getOut().println(Json.write(failure));
        }
        return exit;
    }
}
