package dev.ferryman.cli.internal;

import dev.ferryman.backup.StateRestore;
import dev.ferryman.backup.StateStore;
import dev.ferryman.store.StoreFile;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "restore-store", mixinStandardHelpOptions = true, description = "Put a backup of the state store in its place. The service must not run.", footer = {
        "",
        "A store of SQLite that is replaced is kept beside it. A database is replaced in one transaction: all or nothing."})
final class RestoreStoreCommand extends DataCommand {
    private static final Duration TIME_LIMIT = Duration.ofHours(6);

    @Mixin
    StoreOption store = new StoreOption();

    @Option(names = "--from", paramLabel = "FILE", required = true, description = "What backup-store has made.")
    Path from = Path.of("");

    @Override
    public Integer call() throws Exception {
        StateStore place = store.store();
        String said = timed("restore", () -> restore(place));
        if (output.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("status", "done");
            result.put("store", place.display());
            result.put("seconds", seconds());
            out().println(Json.write(result));
        } else {
            out().println(said);
        }
        return ExitStatus.DONE;
    }

    private String restore(StateStore place) throws Exception {
        var restore = new StateRestore(store.tools(), TIME_LIMIT, Clock.systemUTC());
        String done = "Restored to " + place.display() + "; every event in it is as it was written.";
        return switch (place) {
            case StateStore.Postgres postgres -> {
                restore.postgres(from, postgres.database(), StoreOption::brokenLogs);
                yield done;
            }
            case StateStore.Sqlite sqlite -> {
                try (var _ = StoreFile.alone(sqlite.file())) {
                    Path before = restore.sqlite(from, sqlite.file(), StoreOption::brokenLogs);
                    yield before.equals(sqlite.file()) ? done : done + " What was there before is " + before + ".";
                }
            }
        };
    }
}
