package dev.ferryman.schema;

/**
 * A view that is created in the target once all rows are in.
 *
 * @param source its name in SQLite
 * @param targetSchema schema in PostgreSQL, unquoted
 * @param target its name in PostgreSQL, unquoted
 * @param sql the statement that creates it
 * @param sourceSql the statement it comes from
 */
public record ViewPlan(String source, String targetSchema, String target, String sql, String sourceSql) {}
