package dev.ferryman.web.internal;

import dev.ferryman.access.CurrentUser;
import dev.ferryman.cutover.CutoverService;
import dev.ferryman.runbook.Changes;
import dev.ferryman.runbook.NoSuchCutoverException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells open pages that there is something new to fetch: the event {@code revision} with the number, and {@code beat}
 * while nothing happens, by which a page notices that the connection is lost. One virtual thread per open page, their
 * number bounded; a page that finds no place falls back to asking.
 */
@Controller
final class LiveStreams {
    private static final Logger LOG = LoggerFactory.getLogger(LiveStreams.class);
    private static final int MOST = 256;
    private static final Duration BEAT = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final Duration CALM = Duration.ofMillis(400);
    /** Every page fetches what is new: the more look on, the longer each waits, so that the work itself goes on. */
    private static final Duration CALM_FOR_EACH = Duration.ofMillis(25);
    /** So many are a team at work; of an audience each waits this much longer. */
    private static final int TEAM = 10;
    private static final Duration CALM_FOR_EACH_MORE = Duration.ofMillis(100);
    /** With the beat this stays below the silence after which a page takes its connection for lost. */
    private static final Duration LONGEST_CALM = Duration.ofSeconds(7);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final Changes changes;
    private final CutoverService cutovers;
    private final Semaphore places = new Semaphore(MOST);
    private final Set<Thread> open = ConcurrentHashMap.newKeySet();

    private final int mostOfOne;
    private final Map<String, Integer> ofOne = new ConcurrentHashMap<>();

    /** @param mostOfOne open pages of one person, or of one token */
    LiveStreams(Changes changes, CutoverService cutovers,
            @Value("${ferryman.access.rate.live-pages:64}") int mostOfOne) {
        this.changes = changes;
        this.cutovers = cutovers;
        this.mostOfOne = mostOfOne;
    }

    @GetMapping(path = "/cutovers/{id}/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter cutover(CurrentUser user, @PathVariable String id) {
        if (changes.revision(id) == 0) {
            throw new NoSuchCutoverException(id);
        }
        return stream(user, () -> changes.revision(id), listener -> changes.subscribe(id, listener));
    }

    @GetMapping(path = "/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter list(CurrentUser user) {
        return stream(user, changes::revision, changes::subscribe);
    }

    /** The target is asked by whoever looks, and by nobody once all such pages are closed. */
    @GetMapping(path = "/cutovers/{id}/sessions/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter sessions(CurrentUser user, @PathVariable String id) {
        if (changes.revision(id) == 0) {
            throw new NoSuchCutoverException(id);
        }
        return stream(user, () -> cutovers.sessionsNumber(id), LiveStreams::everyNowAndThen);
    }

    private static Changes.Subscription everyNowAndThen(LongConsumer listener) {
        Thread clock = Thread.ofVirtual().name("live-sessions").start(() -> {
            try {
                while (true) {
                    Thread.sleep(LOOK_EVERY);
                    listener.accept(0);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        return clock::interrupt;
    }

    private SseEmitter stream(CurrentUser user, LongSupplier revision,
            Function<LongConsumer, Changes.Subscription> subscribe) {
        if (!takesPlace(user.username())) {
            throw new ResponseStatusException(HttpStatus.TOO_MANY_REQUESTS, "too many live pages of one person");
        }
        if (!places.tryAcquire()) {
            leave(user.username());
            throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, "too many live pages");
        }
        SseEmitter emitter = new SseEmitter(LONGEST.toMillis());
        AtomicBoolean over = new AtomicBoolean();
        Thread thread = Thread.ofVirtual().name("live-page").unstarted(() -> {
            try {
                send(emitter, over, revision, subscribe);
            } finally {
                open.remove(Thread.currentThread());
                places.release();
                leave(user.username());
            }
        });
        Runnable end = () -> {
            over.set(true);
            thread.interrupt();
        };
        emitter.onCompletion(end);
        emitter.onTimeout(emitter::complete);
        emitter.onError(ignored -> end.run());
        open.add(thread);
        thread.start();
        return emitter;
    }

    private boolean takesPlace(String username) {
        boolean[] taken = {false};
        ofOne.compute(username, (_, open) -> {
            int now = open == null ? 0 : open;
            taken[0] = now < mostOfOne;
            return taken[0] ? Integer.valueOf(now + 1) : open;
        });
        return taken[0];
    }

    private void leave(String username) {
        ofOne.computeIfPresent(username, (_, open) -> open > 1 ? open - 1 : null);
    }

    private void send(SseEmitter emitter, AtomicBoolean over, LongSupplier revision,
            Function<LongConsumer, Changes.Subscription> subscribe) {
        Semaphore news = new Semaphore(0);
        try (Changes.Subscription ignored = subscribe.apply(number -> news.release())) {
            long sent = -1;
            while (!over.get()) {
                long now = revision.getAsLong();
                emitter.send(now == sent
                        ? SseEmitter.event().name("beat").data(now)
                        : SseEmitter.event().name("revision").data(now));
                sent = now;
                // Many changes close together are one for a person's eyes.
                int watching = open.size();
                Duration spread = CALM_FOR_EACH.multipliedBy(watching);
                Duration calm = CALM.plus(spread)
                        .plus(CALM_FOR_EACH_MORE.multipliedBy(Math.max(0, watching - TEAM)));
                Thread.sleep(calm.compareTo(LONGEST_CALM) < 0 ? calm : LONGEST_CALM);
                if (!news.tryAcquire() && news.tryAcquire(BEAT.toMillis(), TimeUnit.MILLISECONDS)) {
                    // All that look on have waited for this; were they told at once, all would fetch at once.
                    Thread.sleep(ThreadLocalRandom.current().nextLong(spread.toMillis() + 1));
                }
                news.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | IllegalStateException e) {
            // The page was closed.
            over.set(true);
        } catch (DataAccessException e) {
            // The page asks again by itself.
            LOG.warn("A live page is let go, since the state store does not answer: {}", e.getMessage());
        } finally {
            emitter.complete();
        }
    }

    /** Lets the server stop at once instead of waiting for pages that are only looking. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        open.forEach(Thread::interrupt);
    }
}
