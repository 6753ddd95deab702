package dev.ferryman.schemachange;

/**
 * Something a person should know before this statement runs.
 *
 * @param rule which rule speaks
 * @param risk how bad it is here; a rule's usual class, raised or lowered by what is known of the target
 * @param line line in the script, from 1
 * @param column column in the line in characters, from 1
 * @param what what happens, one or two sentences
 * @param safer SQL or a sentence; empty where there is no safer form
 */
public record Finding(Rule rule, Risk risk, int line, int column, String what, String safer) {}
