package dev.ferryman.deployment;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * People who ask for leave through the load balancer all the time, and look at lists. Each request carries a note of its
 * own; what was answered with 201 is acknowledged, and has to be in the live database exactly once.
 */
final class Users implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final URI entrance;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> failedReads = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean gone = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    /** Begin at once. */
    Users(URI entrance, int writers, int readers) {
        this.entrance = entrance;
        for (int i = 0; i < writers; i++) {
            String name = "user " + i;
            threads.add(Thread.ofVirtual().name(name).start(() -> ask(name)));
        }
        for (int i = 0; i < readers; i++) {
            threads.add(Thread.ofVirtual().name("reader " + i).start(this::look));
        }
    }

    private void ask(String name) {
        try {
            for (int i = 0; !gone.get(); i++) {
                String note = name + ", request " + i;
                int status = status(HttpRequest.newBuilder(entrance.resolve("/api/requests"))
                        .header("Content-Type", "application/json").timeout(Duration.ofSeconds(20))
                        .POST(BodyPublishers
                                .ofString("{\"employeeId\":1,\"kind\":\"vacation\",\"startsOn\":\"2027-03-01\","
                                        + "\"endsOn\":\"2027-03-01\",\"note\":\"" + note + "\"}"))
                        .build());
                if (status == 201) {
                    acknowledged.add(note);
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            while (!gone.get()) {
                String failure = failure(HttpRequest.newBuilder(entrance.resolve("/api/requests?limit=5"))
                        .timeout(Duration.ofSeconds(20)).build());
                if (!failure.isEmpty()) {
                    failedReads.add(Instant.now() + " " + failure);
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private int status(HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException _) {
            return 0;
        }
    }

    /** Why a reader was not served; empty where he was. */
    private String failure(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200 ? "" : answer.statusCode() + " " + answer.body();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Writes that were acknowledged so far. */
    int writes() {
        return acknowledged.size();
    }

    /** Reads that were not answered with 200: when, and with what. */
    List<String> failedReads() {
        return List.copyOf(failedReads);
    }

    /** Stop, and tell which of their writes were acknowledged. */
    List<String> leave() throws InterruptedException {
        gone.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        return List.copyOf(acknowledged);
    }

    @Override
    public void close() {
        gone.set(true);
        threads.forEach(Thread::interrupt);
        http.shutdownNow();
    }
}
