package dev.ferryman.cutover;

/**
 * What a test of the target saw.
 *
 * @param display address without a password
 * @param version the server's version
 * @param user who Ferryman is there
 * @param database name of the database
 * @param schema schema of the tables
 * @param tables number of tables that schema holds now
 */
public record TargetFacts(String display, String version, String user, String database, String schema, int tables) {}
