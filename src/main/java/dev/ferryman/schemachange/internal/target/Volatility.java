package dev.ferryman.schemachange.internal.target;

import dev.ferryman.schemachange.Answer;

/**
 * What a function may do between two calls, over all functions of that name ({@code pg_proc.provolatile}).
 *
 * @param changes whether it may return something else for each row
 * @param mutable whether it may return something else on another day, or in another session
 */
public record Volatility(Answer changes, Answer mutable) {
    /** Always the same for the same arguments. */
    public static final Volatility IMMUTABLE = new Volatility(Answer.NO, Answer.NO);
    /** The same within a statement. */
    public static final Volatility STABLE = new Volatility(Answer.NO, Answer.YES);
    /** Different for each row. */
    public static final Volatility VOLATILE = new Volatility(Answer.YES, Answer.YES);
    /** A function that nobody knows; PostgreSQL's default for new functions is volatile. */
    public static final Volatility UNKNOWN = new Volatility(Answer.DEPENDS, Answer.DEPENDS);
}
