package dev.ferryman.cutover.internal;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks something that may not answer, for as long as a page can wait. */
final class BoundedLook {
    /** How long that is. */
    static final Duration LIMIT = Duration.ofSeconds(3);

    private BoundedLook() {}

    /**
     * The answer.
     *
     * @throws TimeoutException if there is none within {@link #LIMIT}
     * @throws ExecutionException with what it threw
     * @throws InterruptedException if this thread was told to stop
     */
    static <T> T ask(Callable<T> question) throws TimeoutException, ExecutionException, InterruptedException {
        var asking = new FutureTask<>(question);
        Thread.ofVirtual().name("bounded-look").start(asking);
        try {
            return asking.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            asking.cancel(true);
            throw e;
        }
    }
}
