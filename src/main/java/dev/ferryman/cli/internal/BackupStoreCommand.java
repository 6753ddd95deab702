package dev.ferryman.cli.internal;

import dev.ferryman.backup.SealedFile;
import dev.ferryman.backup.StateBackup;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "backup-store", mixinStandardHelpOptions = true, description = "Back up the service's state store, beside a service that runs.", footer = {
        "", "The backup's integrity and every event log in it are proved before it gets its name."})
final class BackupStoreCommand extends DataCommand {
    private static final Duration TIME_LIMIT = Duration.ofHours(6);

    @Mixin
    StoreOption store = new StoreOption();

    @Option(names = "--to", paramLabel = "FILE|DIR", required = true, description = "Where it goes. In a directory it is named by the time.")
    Path to = Path.of("");

    @Override
    public Integer call() throws Exception {
        SealedFile file = timed("backup", () -> new StateBackup(store.tools(), TIME_LIMIT, Clock.systemUTC())
                .take(store.store(), to, StoreOption::brokenLogs));
        if (output.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("status", "done");
            result.put("file", file.path().toString());
            result.put("bytes", file.bytes());
            result.put("sha256", file.sha256());
            result.put("seconds", seconds());
            out().println(Json.write(result));
        } else {
            out().println("%s: %,d bytes, SHA-256 %s. Every event in it is as it was written.".formatted(file.path(),
                    file.bytes(), file.sha256()));
        }
        return ExitStatus.DONE;
    }
}
