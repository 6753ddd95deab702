package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.SourceRoots;
import dev.ferryman.runbook.Cutover;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the server's operators allow cutovers to read, and where they keep their work.
 *
 * @param sourceRoots directories in which source files may be opened; none by default
 * @param workDirectory where snapshots are kept, one directory per cutover; needs the size of the source
 * @param snapshotRetention how long the snapshot of a completed cutover is kept, as a backup; those of other ended
 *        cutovers go at once
 * @param snapshotSecondDirectory where every snapshot is copied to as well, for as long as it is kept; none by default
 * @param previewLimit how long a preview may work out a plan
 * @param jobs parallel connections of backfill and verification, 0 for one per processor (two to eight)
 */
@ConfigurationProperties("ferryman")
record CutoverProperties(@DefaultValue List<Path> sourceRoots, @DefaultValue("data/cutovers") Path workDirectory,
        @DefaultValue("30d") Duration snapshotRetention, @Nullable Path snapshotSecondDirectory,
        @DefaultValue("60s") Duration previewLimit,
        @DefaultValue("0") int jobs) {

    /** Where snapshots are copied to as well. */
    Optional<SecondPlace> secondPlace() {
        return Optional.ofNullable(snapshotSecondDirectory).map(SecondPlace::new);
    }

    /** Everywhere snapshots are kept. */
    List<Path> snapshotPlaces() {
        return Stream.concat(Stream.of(workDirectory), Stream.ofNullable(snapshotSecondDirectory))
                .map(Path::toAbsolutePath).toList();
    }

    /** How long a completed cutover's snapshot is kept: as its template says, else as is set for all. */
    Duration snapshotKept(Cutover cutover) {
        return SnapshotStep.kept(cutover).orElse(snapshotRetention);
    }

    SourceRoots roots() {
        return new SourceRoots(sourceRoots);
    }
}
