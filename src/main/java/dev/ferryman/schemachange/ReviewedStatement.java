package dev.ferryman.schemachange;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A statement with everything the review has to say about it.
 *
 * @param number position in the script, from 1
 * @param line line of its first word, from 1
 * @param endLine line of its last character
 * @param column column of its first word in characters, from 1
 * @param sql the statement as written, without the remarks before it
 * @param does what it does, in a few words
 * @param transaction number of the transaction it runs in, 0 where it is one of its own
 * @param locks locks on relations that exist before the transaction, strongest first
 * @param rewrite whether the table's file, or an index's, is written anew
 * @param scan whether a table is read from end to end
 * @param duration how long its strongest lock is held at least, by the target's sizes and its measured speed; empty
 *            without a target or where nothing is read
 * @param oldCode whether the code in production keeps working
 * @param undo how it is undone
 * @param risk class of the statement: that of its worst finding, low without one
 * @param why why it is in this class, one sentence
 * @param findings what a person should know, worst first
 */
public record ReviewedStatement(int number, int line, int endLine, int column, String sql, String does,
        int transaction, List<TakenLock> locks, Answer rewrite, Answer scan, Optional<Duration> duration,
        OldCode oldCode, Undo undo, Risk risk, String why, List<Finding> findings) {
    public ReviewedStatement {
        locks = List.copyOf(locks);
        findings = List.copyOf(findings);
    }
}
