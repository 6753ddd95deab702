package dev.ferryman.api.internal;

import dev.ferryman.cutover.CutoverView;
import dev.ferryman.runbook.ArchivedLog;
import dev.ferryman.runbook.Cutover;
import dev.ferryman.runbook.CutoverSummary;
import dev.ferryman.runbook.Moves;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cutover as the API shows it. Durations are in seconds, instants in UTC.
 *
 * @param rehearsal whether it rehearses the move: on a private copy of the source, without touching the application
 * @param version to be sent as {@code expectedVersion} with every command
 * @param status {@code active}, {@code rolling-back}, {@code completed}, {@code rolled-back},
 *        {@code aborted} or {@code failed}
 * @param phase {@code checklist}, {@code migrate}, {@code verify}, {@code cutover}, {@code monitor} or {@code rollback}
 * @param headline what is happening, what it waits for, who can act
 * @param switched whether the application writes to the target
 * @param window when it is to happen, null where that is not agreed
 * @param recoveries other ways out than the rollback
 * @param windowWarning why the window is too short for what is left, or what it has closed without; empty where it is not
 * @param waits why nothing that needs the source's files can go on on any replica, null where it can
 * @param otherNodes labels of nodes that the caller may move it to now, since nobody can go on where it is
 * @param overdue titles of steps and gates that are overdue or have waited for a person too long
 * @param replication how the side without writes follows the other, null where nothing is followed
 * @param traffic where the router sends requests, null where the cutover has none
 * @param handovers how writes went from side to side, oldest first
 * @param backups backups and archives that were made, oldest first
 * @param probes the probes of steps that watch or have watched
 * @param allowed what the caller may do now
 */
record CutoverJson(String id, String name, boolean rehearsal, String template, String templateVersion, long version,
        String status,
        String phase, String headline, String createdBy, Instant createdAt, Instant updatedAt,
        @Nullable Instant switchedAt, boolean switched, @Nullable WindowJson window, String windowWarning,
        @Nullable String waits, List<String> otherNodes, List<String> overdue, Timing timing, Connections connections,
        List<PhaseJson> phases,
        List<RecoveryJson> recoveries,
        @Nullable PlanSummary plan, List<TableJson> tables, @Nullable VerificationJson verification, Rollback rollback,
        @Nullable ReplicationJson replication, @Nullable TrafficJson traffic,
        List<ReplicationJson.HandoverJson> handovers, List<BackupJson> backups,
        List<ProbeJson> probes, Allowed allowed) {

    /**
     * Elapsed, planned and read-only time; planned is null where there are no estimates, and measured in a rehearsal in part.
     * The application is kept from writing since {@code keptSince}, null where it may write.
     */
    record Timing(Instant started, @Nullable Instant ended, double elapsedSeconds, @Nullable Double plannedSeconds,
            @Nullable RehearsalJson measuredIn, @Nullable Double readOnlySeconds, @Nullable Instant keptSince) {}

    /**
     * Source and target without any password, and where the password comes from.
     *
     * @param copiedAt when a rehearsal took its private copy of the source; null before, and for the real thing
     */
    record Connections(String source, String target, String schema, String schemaMode, @Nullable Instant copiedAt,
            String password) {}

    /** The plan in force; the whole of it is at {@code /plan}. */
    record PlanSummary(String hash, String summary, Instant created) {}

    /** How far a table is. */
    record TableJson(String table, String state, long rows, long total, long bytes, double rowsPerSecond,
            @Nullable Double etaSeconds) {}

    /** Another way out than the rollback; running its first step begins it. */
    record RecoveryJson(String key, String title, boolean begun, boolean done, List<PhaseJson.StepJson> steps) {}

    /** What a rollback from here would do and cost; its time may have been measured in a rehearsal. */
    record Rollback(String side, List<String> steps, double estimateSeconds,
            @Nullable RehearsalJson measuredIn, String losses, @Nullable Pending pending) {}

    /** A rollback that begins by itself at {@code due} unless it is held, the step whose verdict demands it, and the verdict. */
    record Pending(String step, String reason, Instant announced, Instant due) {}

    /** Commands on the whole cutover that the caller may give now. */
    record Allowed(boolean rollback, boolean holdRollback, boolean abort, boolean window, boolean complete,
            boolean confirmWrites,
            boolean endSessions, List<String> sign,
            List<String> withdraw,
            boolean requestBreakGlass, boolean confirmBreakGlass) {}

    static CutoverJson of(CutoverView view) {
        Cutover cutover = view.cutover();
        Moves moves = view.moves();
        var timing = view.timing();
        var connections = view.connections();
        var preview = view.rollbackPreview();
        return new CutoverJson(cutover.id(), cutover.name(), cutover.rehearsal(), cutover.template().key(),
                cutover.template().version(),
                cutover.version(), cutover.status().key(), cutover.phase().key(), view.headline(), cutover.createdBy(),
                cutover.createdAt(), cutover.updatedAt(), cutover.switchedAt().orElse(null), cutover.switched(),
                cutover.window().map(WindowJson::of).orElse(null), view.windowWarning(),
                view.waits().orElse(null), view.otherNodes(), view.overdue(),
                new Timing(timing.started(), timing.ended(), Seconds.of(timing.elapsed()),
                        timing.planned().isZero() ? null : Double.valueOf(Seconds.of(timing.planned())),
                        RehearsalJson.of(timing.measured()),
                        Seconds.ofNullable(timing.readOnly()), timing.keptSince()),
                new Connections(connections.source(), connections.target(), connections.schema(),
                        Keys.of(connections.mode()), connections.copied(), connections.password()),
                view.phases().stream().map(PhaseJson::of).toList(),
                view.recoveries().stream()
                        .map(each -> new RecoveryJson(each.recovery().definition().key(),
                                each.recovery().definition().title(), each.recovery().begun(), each.recovery().done(),
                                each.steps().stream().map(PhaseJson.StepJson::of).toList()))
                        .toList(),
                view.plan().map(plan -> new PlanSummary(plan.hash(), plan.summary(), plan.created())).orElse(null),
                view.tables().stream()
                        .map(table -> new TableJson(table.table(), Keys.of(table.state()), table.rows(), table.total(),
                                table.bytes(), table.rowsPerSecond(), Seconds.ofNullable(table.eta().orElse(null))))
                        .toList(),
                view.verification().map(VerificationJson::of).orElse(null),
                new Rollback(Keys.of(preview.side()), preview.steps(), Seconds.of(preview.estimate()),
                        RehearsalJson.of(preview.measured()),
                        preview.losses(),
                        cutover.pendingRollback().map(pending -> new Pending(pending.step(), pending.reason(),
                                pending.announced(), pending.due())).orElse(null)),
                view.replication().map(ReplicationJson::of).orElse(null),
                view.traffic().map(TrafficJson::of).orElse(null),
                view.handovers().stream().map(ReplicationJson.HandoverJson::of).toList(),
                view.backups().stream().map(BackupJson::of).toList(),
                view.monitors().stream().flatMap(monitor -> ProbeJson.of(monitor).stream()).toList(),
                new Allowed(moves.rollback(), moves.hold(), moves.abort(), moves.window(), moves.complete(),
                        moves.confirmWrites(), moves.endSessions(), moves.sign(),
                        moves.withdraw(),
                        moves.requestBreakGlass(), moves.confirmBreakGlass()));
    }

    /**
     * A cutover in the list.
     *
     * @param keptSince since when its application is kept from writing; null where it writes
     * @param archived the file that its log and all else of it is in; null while it is here
     */
    record Summary(String id, String name, boolean rehearsal, String template, String templateTitle, String status,
            String phase, @Nullable WindowJson window, @Nullable Instant keptSince,
            String headline, long version, Instant createdAt, Instant updatedAt,
            @Nullable ArchivedLog archived) {
        static Summary of(CutoverSummary row) {
            return new Summary(row.id(), row.name(), row.rehearsal(), row.templateKey(), row.templateTitle(),
                    row.status().key(),
                    row.phase().key(), row.window() == null ? null : WindowJson.of(row.window()), row.keptSince(),
                    row.headline(),
                    row.version(), row.created(), row.updated(), row.archived());
        }
    }
}
