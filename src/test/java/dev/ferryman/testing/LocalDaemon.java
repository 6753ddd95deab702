package dev.ferryman.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A real program that a test starts and stops. */
public record LocalDaemon(Optional<Process> process, Path log) {
    /** One that was never started. */
    public static LocalDaemon none() {
        return new LocalDaemon(Optional.empty(), Path.of(""));
    }

    /** Starts it; the test is skipped where the program is not installed. */
    public static LocalDaemon start(Path directory, String name, String... command) throws IOException {
        assumeTrue(Files.isExecutable(Path.of(command[0])), command[0] + " is not installed");
        Path log = directory.resolve(name + ".log");
        return new LocalDaemon(Optional.of(new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start()), log);
    }

    /** A port of the loopback address that nobody listens at. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until somebody listens there; fails with the log where the program has ended. */
    public void awaitPort(int port) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            if (process.isPresent() && !process.get().isAlive()) {
                throw new IllegalStateException(Files.readString(log));
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
                return true;
            } catch (IOException _) {
                return false;
            }
        });
    }

    /** Asks HAProxy's runtime API, in another way than the product does. */
    public String ask(Path socket, String command) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it, where it runs. */
    public void stop() {
        process.ifPresent(running -> {
            running.destroy();
            try {
                if (!running.waitFor(10, TimeUnit.SECONDS)) {
                    running.destroyForcibly().waitFor();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
