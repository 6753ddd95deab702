package dev.ferryman.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes bytes on to a server: until it is cut, as if that server had stopped, or silent, as if the network were gone. */
public final class Relay implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;

    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final InetSocketAddress to;
    private final Object state = new Object();
    private boolean silent;
    private volatile boolean cut;

    /** To this server. */
    public Relay(String host, int port) throws IOException {
        to = new InetSocketAddress(host, port);
        Thread.ofVirtual().start(this::accept);
    }

    /** Where it listens, on 127.0.0.1. */
    public int port() {
        return door.getLocalPort();
    }

    /** Ends every connection and takes no more. */
    public void cut() {
        cut = true;
        open.forEach(Relay::shut);
    }

    /** Passes nothing on while it is silent; what was sent meanwhile arrives, late, when it is not any more. */
    public void silent(boolean now) {
        synchronized (state) {
            silent = now;
            state.notifyAll();
        }
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
                    connect(caller);
                }
            } catch (IOException e) {
                // Closed: nobody is there any more to be passed on.
            }
        }
    }

    private void connect(Socket caller) {
        var server = new Socket();
        try {
            server.connect(to);
            open.add(caller);
            open.add(server);
            Thread.ofVirtual().start(() -> pass(caller, server));
            Thread.ofVirtual().start(() -> pass(server, caller));
        } catch (IOException e) {
            // The server is not there either.
            shut(caller);
        }
        if (cut) {
            shut(caller);
            shut(server);
        }
    }

    private void pass(Socket from, Socket into) {
        byte[] buffer = new byte[BUFFER];
        try {
            for (int n = from.getInputStream().read(buffer); n >= 0; n = from.getInputStream().read(buffer)) {
                awaitPassage();
                into.getOutputStream().write(buffer, 0, n);
            }
        } catch (IOException | InterruptedException e) {
            // One end has gone, and the other goes with it.
        }
        shut(from);
        shut(into);
        open.remove(from);
        open.remove(into);
    }

    private void awaitPassage() throws InterruptedException {
        synchronized (state) {
            while (silent) {
                state.wait();
            }
        }
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone in any case.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
        silent(false);
    }
}
