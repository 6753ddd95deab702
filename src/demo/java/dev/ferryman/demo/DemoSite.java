package dev.ferryman.demo;

import dev.ferryman.demo.leavedesk.LeaveDesk;
import dev.ferryman.demo.leavedesk.LeaveDeskConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.springframework.context.SmartLifecycle;

/**
 * What stands around Ferryman: PostgreSQL and the leave desk. They start while Ferryman does, are up before it goes on
 * with what it was doing, and stop after it.
 */
final class DemoSite implements SmartLifecycle, AutoCloseable {
    private final DemoSettings settings;
    private final CompletableFuture<DemoPostgres> postgres;
    private final CompletableFuture<LeaveDesk> desk;

    DemoSite(DemoSettings settings) {
        this.settings = settings;
        boolean first = !Files.exists(settings.postgresDirectory());
        postgres = CompletableFuture.supplyAsync(() -> DemoPostgres.start(settings.postgresDirectory()),
                DemoSite::inBackground);
        // A new leave desk is on SQLite. Later on it may be on PostgreSQL, which then has to be there.
        desk = (first ? CompletableFuture.<DemoPostgres>completedFuture(null) : postgres)
                .thenApplyAsync(ready -> openDesk(), DemoSite::inBackground);
    }

    private static void inBackground(Runnable work) {
        Thread.ofPlatform().name("demo-site").daemon().start(work);
    }

    private LeaveDesk openDesk() {
        try {
            Path directory = Files.createDirectories(settings.leaveDeskDirectory());
            String token = PrivateFile.keep(settings.leaveDeskToken(), DemoSite::token);
            int port = Integer.parseInt(PrivateFile.keep(directory.resolve("leave-desk.port"),
                    () -> Integer.toString(free(settings.leaveDeskPort()))));
            return LeaveDesk.start(LeaveDeskConfig.in(directory, token).withPort(port)
                    .withWritesPerSecond(settings.writesPerSecond()));
        } catch (IOException e) {
            throw new UncheckedIOException("The leave desk cannot start: " + e.getMessage(), e);
        }
    }

    private static String token() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static int free(int wanted) {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            if (wanted == 0) {
                throw new UncheckedIOException("There is no free port on 127.0.0.1", taken);
            }
            return free(0);
        }
    }

    DemoPostgres postgres() {
        return started(postgres);
    }

    LeaveDesk desk() {
        return started(desk);
    }

    private static <T> T started(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public void start() {
        postgres();
        desk();
    }

    @Override
    public boolean isRunning() {
        return postgres.isDone() && desk.isDone();
    }

    @Override
    public int getPhase() {
        return 0;
    }

    @Override
    public void stop() {
        // Closed after everything else has ended.
    }

    @Override
    public void close() {
        desk.handle((started, failed) -> started).thenAccept(started -> {
            if (started != null) {
                started.close();
            }
        }).join();
        postgres.handle((started, failed) -> started).thenAccept(started -> {
            if (started != null) {
                started.close();
            }
        }).join();
    }
}
