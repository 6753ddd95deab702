package dev.ferryman.schema;

import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.internal.ProfileRun;
import dev.ferryman.schema.internal.TargetScan;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Reads every value of a source once and says what they are ({@code DESIGN.md} § 2, Values). */
public final class Profiler {
    /** Values larger than this many bytes are measured, never loaded, so that memory stays flat. */
    public static final long LARGEST_VALUE_BYTES = 32L * 1024 * 1024;

    private Profiler() {}

    /**
     * Profiles all ordinary tables, several ranges of rows at a time. On a live source rows are read in short pages, so
     * that the application's writers are never kept waiting (and by one thread where readers keep writers out); what is
     * written meanwhile may or may not be seen.
     *
     * @throws InterruptedException if the thread is interrupted; nothing has to be cleaned up
     */
    public static Profile profile(SqliteSource source, SourceSchema schema, ProfileListener listener)
            throws SQLException, InterruptedException {
        return profile(source, schema, null, listener);
    }

    /**
     * As above; where the target exists already, the rows are held against its primary keys, UNIQUEs and foreign keys too,
     * as far as the source does not guarantee them itself.
     *
     * @param target the existing target, null where there is none
     */
    public static Profile profile(SqliteSource source, SourceSchema schema, @Nullable TargetSchema target,
            ProfileListener listener) throws SQLException, InterruptedException {
        var profile = new ProfileRun(source, schema, listener).run();
        return target == null ? profile : new TargetScan(source, schema, target, profile).run();
    }
}
