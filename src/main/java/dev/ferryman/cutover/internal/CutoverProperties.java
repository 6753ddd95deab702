package dev.ferryman.cutover.internal;

import dev.ferryman.endpoint.SourceRoots;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the server's operators allow cutovers to read, and where they keep their work.
 *
 * @param sourceRoots directories in which source files may be opened; none by default
 * @param workDirectory where snapshots are kept, one directory per cutover; needs the size of the source
 * @param snapshotRetention how long the snapshot of a completed cutover is kept, as a backup; those of other ended
 *        cutovers go at once
 * @param previewLimit how long a preview may work out a plan
 * @param jobs parallel connections of backfill and verification, 0 for one per processor (two to eight)
 */
@ConfigurationProperties("ferryman")
record CutoverProperties(@DefaultValue List<Path> sourceRoots, @DefaultValue("data/cutovers") Path workDirectory,
        @DefaultValue("30d") Duration snapshotRetention, @DefaultValue("60s") Duration previewLimit,
        @DefaultValue("0") int jobs) {

    SourceRoots roots() {
        return new SourceRoots(sourceRoots);
    }
}
