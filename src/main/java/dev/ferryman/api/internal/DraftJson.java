package dev.ferryman.api.internal;

import dev.ferryman.cutover.CutoverDraft;
import dev.ferryman.cutover.CutoverPreview;
import dev.ferryman.cutover.Problem;
import dev.ferryman.cutover.TargetDraft;
import dev.ferryman.cutover.WindowDraft;
import dev.ferryman.endpoint.Secret;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SchemaMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a cutover is created from.
 *
 * @param source path of the SQLite file on Ferryman's host, below a configured source root
 * @param schemaMode {@code create} (default) or {@code existing}
 * @param parameters the template's parameters by key, as text
 * @param rehearsal whether it rehearses the move, on a private copy of the source into a staging target; default false
 * @param window when it is to happen; may be left out
 */
record DraftJson(@Nullable String name, @Nullable String template, @Nullable String source, @Nullable Target target,
        @Nullable String schemaMode, @Nullable Map<String, @Nullable String> parameters,
        @Nullable Boolean rehearsal, @Nullable WindowJson window) {

    /**
     * The target.
     *
     * @param url {@code postgresql://user@host:port/database}, without the password
     * @param passwordReference {@code env:NAME} or {@code file:/path}
     * @param password the password itself, kept encrypted; only where the server has a key for it
     * @param schema default {@code public}
     */
    record Target(@Nullable String url, @Nullable String passwordReference, @Nullable String password,
            @Nullable String schema) {
        /** Without the password. */
        @Override
        public String toString() {
            return "Target[" + passwordReference + "]";
        }
    }

    CutoverDraft toDraft() {
        Target to = target == null ? new Target(null, null, null, null) : target;
        return new CutoverDraft(text(name), text(template), text(source),
                new TargetDraft(text(to.url()), text(to.passwordReference()),
                        to.password() == null || to.password().isEmpty() ? null : Secret.of(to.password()),
                        to.schema() == null ? "public" : to.schema()),
                mode(), given(), Boolean.TRUE.equals(rehearsal),
                window == null ? WindowDraft.NONE : window.toDraft());
    }

    /** A parameter that is null is not given. */
    private Map<String, String> given() {
        Map<String, String> given = new HashMap<>();
        if (parameters != null) {
            parameters.forEach((key, value) -> {
                if (value != null) {
                    given.put(key, value);
                }
            });
        }
        return given;
    }

    private SchemaMode mode() {
        return switch (text(schemaMode)) {
            case "", "create" -> SchemaMode.CREATE;
            case "existing" -> SchemaMode.EXISTING;
            default -> throw new BadFieldException("schemaMode", "The value of schemaMode is not known.",
                    "Send create or existing.");
        };
    }

    private static String text(@Nullable String given) {
        return given == null ? "" : given;
    }

    /** What is wrong with one field. */
    record ProblemJson(String field, String what, String next) {
        static ProblemJson of(Problem problem) {
            return new ProblemJson(problem.field(), problem.what(), problem.next());
        }
    }

    /**
     * What creating it would mean; nothing was created.
     *
     * @param unstaffed gates that distinct people cannot sign today, one sentence each
     */
    record Preview(boolean possible, List<ProblemJson> problems, @Nullable SourceJson source,
            @Nullable TargetJson target, @Nullable EstimateJson estimate, String planHash, @Nullable Plan plan,
            List<String> unstaffed) {
        static Preview of(CutoverPreview preview) {
            var source = preview.source();
            var target = preview.target();
            var estimate = preview.estimate();
            return new Preview(preview.possible(), preview.problems().stream().map(ProblemJson::of).toList(),
                    source == null
                            ? null
                            : new SourceJson(source.path(), source.bytes(), source.journalMode(),
                                    source.tables()),
                    target == null
                            ? null
                            : new TargetJson(target.display(), target.version(), target.user(),
                                    target.database(), target.schema(), target.tables()),
                    estimate == null
                            ? null
                            : new EstimateJson(estimate.rows(), estimate.bytes(),
                                    Seconds.of(estimate.copy()), Seconds.of(estimate.readOnly()),
                                    Seconds.of(estimate.whole()), RehearsalJson.of(estimate.measured())),
                    preview.planHash(), preview.plan(), preview.unstaffed());
        }
    }

    /** The source as found. */
    record SourceJson(String path, long bytes, String journalMode, int tables) {}

    /** The target as found. */
    record TargetJson(String address, String version, String user, String database, String schema, int tables) {}

    /**
     * How long it is expected to take; the application cannot write for {@code readOnlySeconds}.
     *
     * @param measuredIn the rehearsal that part of it was measured in, null where none was
     */
    record EstimateJson(long rows, long bytes, double copySeconds, double readOnlySeconds, double wholeSeconds,
            @Nullable RehearsalJson measuredIn) {}
}
