package dev.ferryman.hook;

/**
 * Where a hook says what it is about to do and what came of it. The caller writes both to its own durable record, so
 * that an intent without an outcome shows after a crash ({@code DESIGN.md} § 1). No text given here holds a secret.
 */
public interface HookJournal {

    /** Called just before an external effect, once per attempt. Throwing here prevents the effect. */
    void intent(String what);

    /**
     * Called once more where time has passed since the intent, such as for preparing what is put in place in one stroke.
     * Throwing here prevents the effect.
     */
    default void confirm() {}

    /** Called after the effect, once per attempt, with what was observed. */
    void outcome(String what);

    /** Called with each line of output as it arrives, already masked. */
    default void output(String line) {}

    /** A journal that keeps nothing: for tests of a connection, where nothing is changed. */
    static HookJournal none() {
        return new HookJournal() {
            @Override
            public void intent(String what) {}

            @Override
            public void outcome(String what) {}
        };
    }
}
