package dev.ferryman.schemachange.internal.rules;

import java.util.Set;

/** What is to be said about some kinds of statements. */
interface StatementRules {
    /** Names of PostgreSQL's structs, as {@code AlterTableStmt}. */
    Set<String> kinds();

    /** Says it. */
    void review(Verdict verdict);
}
