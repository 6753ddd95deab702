package dev.ferryman.hook.internal;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A process and all it starts. Descendants are noted while it runs, because a child whose parent has ended is no longer
 * found below it.
 */
public final class ProcessTree {
    private static final long LOOK_EVERY_MS = 50;

    private final Process root;
    private final Set<ProcessHandle> seen = new LinkedHashSet<>();

    public ProcessTree(Process root) {
        this.root = root;
    }

    /** Waits for the root's end; answers false where the limit passed first. */
    public boolean await(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline) {
            look();
            if (root.waitFor(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return !root.isAlive();
    }

    /** Ends the whole tree, again and again until nothing of it is left (a tree may grow while it is felled). */
    public void kill() {
        for (int round = 0; round < 20; round++) {
            look();
            root.destroyForcibly();
            seen.forEach(ProcessHandle::destroyForcibly);
            if (!root.isAlive() && seen.stream().noneMatch(ProcessHandle::isAlive)) {
                return;
            }
            try {
                root.waitFor(LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void look() {
        root.descendants().forEach(seen::add);
        Set.copyOf(seen).forEach(child -> child.descendants().forEach(seen::add));
    }
}
