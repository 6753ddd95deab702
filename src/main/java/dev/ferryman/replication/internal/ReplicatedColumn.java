package dev.ferryman.replication.internal;

import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.PgType;
import dev.ferryman.schema.SqlNames;

/**
 * A column that travels.
 *
 * @param plan what the plan says of it
 * @param type type whose form is used: the plan's, or a domain's base type
 * @param cast SQL of the type that PostgreSQL casts the staged text to; empty where the stage has the column's own type
 * @param alwaysIdentity whether it is an identity that no UPDATE may set
 * @param exact whether the target tells texts apart that differ in case or in trailing spaces only
 */
record ReplicatedColumn(ColumnPlan plan, PgType type, String cast, boolean alwaysIdentity,
        boolean exact) {

    TargetForm form() {
        return TargetForms.of(type, plan.conversion());
    }

    String target() {
        return SqlNames.quote(plan.target());
    }

    String source() {
        return SqlNames.quoteSqlite(plan.source());
    }

    /** A column of the stage as a value of this column. */
    String from(String stageColumn) {
        return cast.isEmpty() ? stageColumn : stageColumn + "::" + cast;
    }

    /** How the stage's column is made from the target's. */
    String staged() {
        return cast.isEmpty() ? target() : target() + "::text";
    }
}
