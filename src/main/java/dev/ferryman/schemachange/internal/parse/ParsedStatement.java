package dev.ferryman.schemachange.internal.parse;

/**
 * A statement of a script.
 *
 * @param number from 1
 * @param tree its parse tree
 * @param start first character of its first word, in characters from the start of the script
 * @param sql its text, without remarks before it and without the semicolon
 * @param section number of the part of the script that its tool runs in one transaction, from 0
 */
public record ParsedStatement(int number, Tree tree, int start, String sql, int section) {}
