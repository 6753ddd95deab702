package dev.ferryman.api.internal;

import dev.ferryman.access.NeedsScope;
import dev.ferryman.access.Scope;
import dev.ferryman.schemachange.Origin;
import dev.ferryman.schemachange.Review;
import dev.ferryman.schemachange.ReviewContext;
import dev.ferryman.schemachange.ReviewJson;
import dev.ferryman.schemachange.SqlReviews;
import dev.ferryman.schemachange.SqlScript;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reviews of SQL that changes a schema. */
@RestController
@RequestMapping("/api/v1/sql-reviews")
@Tag(name = "SQL reviews")
class SqlReviewController {
    private final SqlReviews reviews;

    SqlReviewController(SqlReviews reviews) {
        this.reviews = reviews;
    }

    @NeedsScope(Scope.READ)
    @PostMapping
    @Operation(summary = "What the SQL would do, statement by statement; nothing is run or kept", description = "Everybody "
            + "with a token may ask. SQL that PostgreSQL would refuse is answered with 422, with line and column.")
    ReviewJson review(@RequestBody Request request) {
        String sql = request.sql();
        if (sql == null || sql.isBlank()) {
            throw new BadFieldException("sql", "There is no SQL to review.", "Send it in the field sql.");
        }
        if (request.target() != null && request.postgres() != null) {
            throw new BadFieldException("postgres", "Both a target and a version are given.",
                    "Leave postgres out: the target says its version.");
        }
        SqlScript script = script(request, sql);
        return ReviewJson.of(review(request, script));
    }

    private Review review(Request request, SqlScript script) {
        String target = request.target();
        if (target != null) {
            return reviews.forTarget(script, target);
        }
        Integer version = request.postgres();
        return reviews.forVersion(script, version == null ? ReviewContext.OLDEST_VERSION : version);
    }

    private static SqlScript script(Request request, String sql) {
        String name = request.name() == null || request.name().isBlank() ? "SQL" : request.name();
        String origin = request.origin();
        if (origin == null) {
            return SqlScript.of(name, sql);
        }
        return new SqlScript(name, sql,
                Stream.of(Origin.values()).filter(each -> each.word().equals(origin)).findFirst()
                        .orElseThrow(() -> new BadFieldException("origin", "‘" + origin + "’ is no tool that is known.",
                                "One of: "
                                        + Stream.of(Origin.values()).map(Origin::word).collect(Collectors.joining(", "))
                                        + ".")));
    }

    /** SQL and whom it is for. */
    record Request(
            @Schema(description = "The SQL, at most 200,000 characters", example = "CREATE INDEX ON orders (status)") @Nullable String sql,
            @Schema(description = "File name, for messages and to recognise Flyway") @Nullable String name,
            @Schema(description = "plain, alembic, liquibase, flyway, django, laravel, prisma or knex; recognised where left out") @Nullable String origin,
            @Schema(description = "Major version, 15 to 18; 15 where neither this nor a target is given") @Nullable Integer postgres,
            @Schema(description = "Name of a target in ferryman.schema-review.targets") @Nullable String target) {}
}
