package dev.ferryman.schema;

import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.internal.CitextScan;
import dev.ferryman.schema.internal.ProfileRun;
import dev.ferryman.schema.internal.TargetScan;
import java.sql.SQLException;

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
        return new ProfileRun(source, schema, listener).run();
    }

    /**
     * As above, for a plan that is asked for already: rows are held against the primary keys, UNIQUEs and foreign keys of an
     * existing target too, as far as the source does not guarantee them itself, and unique columns that are to be
     * {@code citext} are looked through for values that differ in case only.
     */
    public static Profile profile(SqliteSource source, SourceSchema schema, PlanOptions options,
            ProfileListener listener) throws SQLException, InterruptedException {
        var profile = profile(source, schema, listener);
        var target = options.target();
        return target == null
                ? new CitextScan(source, schema, options.choices(), profile).run()
                : new TargetScan(source, schema, target, options.choices(), profile).run();
    }
}
