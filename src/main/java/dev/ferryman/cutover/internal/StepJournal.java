package dev.ferryman.cutover.internal;

import dev.ferryman.hook.HookJournal;
import dev.ferryman.runbook.StepContext;

/** Writes what a hook does into its step's own durable journal. The intent is refused to whoever lost the step. */
record StepJournal(StepContext context) implements HookJournal {
    @Override
    public void intent(String what) {
        context.intent(what);
    }

    @Override
    public void confirm() {
        context.ensureOwner();
    }

    @Override
    public void outcome(String what) {
        context.outcome(what);
        context.output(what);
    }

    @Override
    public void output(String line) {
        context.output(line);
    }
}
