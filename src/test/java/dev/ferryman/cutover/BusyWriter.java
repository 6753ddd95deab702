package dev.ferryman.cutover;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A user who hires all the time and remembers whom the application has taken on. */
public final class BusyWriter implements AutoCloseable {
    private final TinyApplication application;
    private final List<String> acknowledged = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread;
    private @Nullable Exception failed;

    /** Begins at once. */
    public BusyWriter(TinyApplication application) {
        this.application = application;
        this.thread = Thread.ofPlatform().name("busy-writer").start(this::write);
    }

    private void write() {
        try {
            for (int i = 0; !stopped.get(); i++) {
                String name = "Hired " + i;
                application.hireInTheEnd(name);
                synchronized (acknowledged) {
                    acknowledged.add(name);
                }
                Thread.sleep(4);
            }
        } catch (InterruptedException | RuntimeException e) {
            failed = e;
        }
    }

    /** How many were taken on so far. */
    public int count() {
        synchronized (acknowledged) {
            return acknowledged.size();
        }
    }

    /** Stops, and tells who was taken on. */
    public List<String> stop() throws Exception {
        stopped.set(true);
        thread.join();
        if (failed != null) {
            throw failed;
        }
        return List.copyOf(acknowledged);
    }

    @Override
    public void close() {
        stopped.set(true);
        thread.interrupt();
    }
}
