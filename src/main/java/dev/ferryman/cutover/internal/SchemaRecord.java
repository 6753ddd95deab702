package dev.ferryman.cutover.internal;

import dev.ferryman.schemachange.StatementFigures;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a step has written down of a database for later steps to compare with.
 *
 * @param schema the schema, as {@code SchemaSnapshot} writes it in JSON
 * @param rows rows of each table; empty for what a trial came to
 * @param written rows that were ever inserted, changed or deleted in it, as far as the server's statistics know
 */
record SchemaRecord(String schema, SortedMap<String, Long> rows, StatementFigures statements, long written) {
    SchemaRecord {
        rows = new TreeMap<>(rows);
    }
}
