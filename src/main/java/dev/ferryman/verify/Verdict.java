package dev.ferryman.verify;

/** What a verification says in one word. */
public enum Verdict {
    /** Every row and every value was compared and is equal, and the structure is as planned. */
    PASSED,
    /** At least one row, value or object differs. Some tables may not have been compared to the end. */
    FAILED,
    /** Nothing differs so far, but not everything could be compared: a side was lost or refused to be read. */
    ERROR
}
