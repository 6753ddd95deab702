package dev.ferryman.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes bytes on to a server of this machine until it is cut: then it is as if that server had stopped. */
public final class Relay implements AutoCloseable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final int to;
    private volatile boolean cut;

    /** @param to the server's port */
    public Relay(int to) throws IOException {
        this.to = to;
        Thread.ofVirtual().start(this::accept);
    }

    /** Where it listens. */
    public int port() {
        return door.getLocalPort();
    }

    /** Ends every connection and takes no more. */
    public void cut() {
        cut = true;
        open.forEach(Relay::shut);
    }

    /** Takes connections again. */
    public void mend() {
        cut = false;
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket caller = door.accept();
                if (cut) {
                    shut(caller);
                } else {
                    Socket server = new Socket("127.0.0.1", to);
                    pass(caller, server);
                    pass(server, caller);
                }
            } catch (IOException e) {
                // Closed, or the server is not there either.
            }
        }
    }

    private void pass(Socket from, Socket into) {
        open.add(from);
        Thread.ofVirtual().start(() -> {
            try (InputStream in = from.getInputStream(); OutputStream out = into.getOutputStream()) {
                in.transferTo(out);
            } catch (IOException e) {
                // The other direction ends as well.
            } finally {
                shut(from);
                shut(into);
                open.remove(from);
            }
        });
        if (cut) {
            shut(from);
        }
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
    }
}
