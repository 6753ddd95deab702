package dev.ferryman.cutover.internal;

import dev.ferryman.backup.Backup;
import dev.ferryman.backup.TableCounts;
import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotFile;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.runbook.StepContext;
import dev.ferryman.runbook.StepResult;
import dev.ferryman.schema.Counted;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.springframework.stereotype.Component;

/**
 * {@code backup.source}: a consistent, checked copy of the live SQLite file, taken through the file's own library (I5). It is
 * a backup and nothing else: the copy's snapshot is {@code engine.snapshot}'s.
 */
@Component
class BackupSourceStep extends EngineStep {
    /** The step's type. */
    static final String TYPE = "backup.source";

    private final BackupShelf shelf;

    BackupSourceStep(Material material, BackupShelf shelf) {
        super(TYPE, material);
        this.shelf = shelf;
    }

    @Override
    public List<String> check(Map<String, Object> with) {
        return shelf.check(with);
    }

    @Override
    StepResult work(StepContext context) throws InterruptedException, SQLException {
        context.ensureOwner();
        Path directory = shelf.directory(context);
        SnapshotFile file = Snapshot.take(material().source(context), directory, SnapshotStep.listener(context),
                context.clock());
        SortedMap<String, Long> rows;
        String version;
        try (Connection connection = SqliteSource.snapshot(file.path()).connect()) {
            rows = TableCounts.sqlite(connection);
            version = connection.getMetaData().getDatabaseProductVersion();
        }
        var backup = new Backup(Backup.Kind.SQLITE, file.path(), file.sha256(), file.bytes(),
                "SQLite " + version + " online backup", file.takenAt(), file.took(), rows,
                rows.size());
        String second = shelf.keep(context, backup);
        context.output("SHA-256 " + backup.sha256());
        return new StepResult.Passed("%,d bytes in %s, integrity checked: %s with %s.%s%s".formatted(backup.bytes(),
                Watching.spoken(backup.took()), Counted.of(rows.size(), "table"),
                Counted.of(backup.totalRows(), "row"), SnapshotStep.stalled(file), second),
                BackupTargetStep.facts(backup));
    }
}
