package dev.ferryman.cutover.internal;

import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverRecords;
import dev.ferryman.runbook.Status;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * What is kept of a cutover beside its log: connections, plans, comparisons, what its monitors came to. The list of its
 * backups stays, since they have a retention of their own.
 */
@Component
class CutoverRows implements CutoverRecords {
    private static final String OF_VERIFICATION = "verification_id IN (SELECT id FROM cutover_verification WHERE"
            + " cutover_id = ?)";
    /** Runs are named by {@link Watching#run}. */
    private static final String OF_RUN = "run LIKE ? || '/%'";

    private final CutoverProperties properties;
    private final SchemaRecords schemas;
    private final Clock clock;

    CutoverRows(CutoverProperties properties, SchemaRecords schemas, Clock clock) {
        this.properties = properties;
        this.schemas = schemas;
        this.clock = clock;
    }

    @Override
    public List<Table> tables() {
        return List.of(Table.of("cutover_plan"), new Table("cutover_difference", OF_VERIFICATION, false),
                new Table("cutover_verified_table", OF_VERIFICATION, false), Table.of("cutover_verification"),
                Table.of("cutover_replication"), Table.of("cutover_handover"), Table.of("cutover_sql_review"),
                Table.of("cutover_schema_record"), new Table("monitor_verdict", OF_RUN, false),
                new Table("monitor_probe", OF_RUN, false),
                // Passwords, if sealed ones, are needed no more and belong into no file.
                new Table("cutover_connection", "cutover_id = ?", true));
    }

    @Override
    public Optional<String> needed(Cutover cutover) {
        if (cutover.kept().isPresent()) {
            return Optional.of("its application is kept from writing, as far as its steps tell");
        }
        Instant kept = cutover.updatedAt().plus(properties.snapshotKept(cutover));
        if (cutover.status() == Status.COMPLETED && !cutover.rehearsal() && clock.instant().isBefore(kept)) {
            return Optional.of("its snapshot is kept until " + kept);
        }
        return Stream.of(SchemaRecords.Kind.SCRATCH, SchemaRecords.Kind.RESTORED)
                .anyMatch(kind -> !schemas.all(cutover.id(), kind, Object.class).isEmpty())
                        ? Optional.of("a scratch database of it could not be dropped yet")
                        : Optional.empty();
    }
}
