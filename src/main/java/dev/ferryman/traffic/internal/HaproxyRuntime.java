package dev.ferryman.traffic.internal;

import static java.util.Objects.requireNonNull;

import dev.ferryman.traffic.TrafficException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** HAProxy's runtime API: one connection per question, closed by HAProxy after its answer. */
final class HaproxyRuntime {
    private static final int MOST_BYTES = 16 << 20;

    private final HaproxySettings settings;

    HaproxyRuntime(HaproxySettings settings) {
        this.settings = settings;
    }

    String shown() {
        return "HAProxy at " + (settings.socket() == null ? settings.address() : settings.socket());
    }

    /**
     * Asks one thing.
     *
     * @throws TrafficException where there is no answer within the time limit
     */
    String ask(String command) throws InterruptedException {
        try (Selector selector = Selector.open(); SocketChannel channel = connect(selector)) {
            return exchange(channel, selector, ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new TrafficException(shown() + " cannot be asked: "
                    + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()) + ".", e);
        }
    }

    /**
     * Gives an order, which HAProxy answers with nothing.
     *
     * @throws TrafficException where it answers with an objection
     */
    void order(String command) throws InterruptedException {
        String answer = ask(command).strip();
        if (!answer.isEmpty()) {
            throw new TrafficException(shown() + " refused ‘" + command + "’: "
                    + answer.lines().findFirst().orElse("").strip() + (answer.endsWith(".") ? "" : "."));
        }
    }

    private SocketChannel connect(Selector selector) throws IOException {
        SocketAddress address = address();
        SocketChannel channel = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.register(selector, channel.connect(address) ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT);
            return channel;
        } catch (UnresolvedAddressException e) {
            channel.close();
            throw new IOException("its host name is not known", e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private SocketAddress address() {
        String address = settings.address();
        if (address == null) {
            return UnixDomainSocketAddress.of(requireNonNull(settings.socket()));
        }
        int colon = address.lastIndexOf(':');
        return new InetSocketAddress(address.substring(0, colon).replaceAll("^\\[|]$", ""),
                Integer.parseInt(address.substring(colon + 1)));
    }

    private String exchange(SocketChannel channel, Selector selector, ByteBuffer question)
            throws IOException, InterruptedException {
        SelectionKey key = channel.keyFor(selector);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
        long until = System.nanoTime() + settings.timeout().toNanos();
        while (true) {
            long left = Duration.ofNanos(until - System.nanoTime()).toMillis();
            if (left <= 0 || selector.select(left) == 0) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while HAProxy was asked");
                }
                throw new IOException("no answer within " + settings.timeout().toMillis() + " ms");
            }
            selector.selectedKeys().clear();
            if (key.isConnectable() && channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_WRITE);
            } else if (key.isWritable()) {
                channel.write(question);
                if (!question.hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ);
                }
            } else if (key.isReadable()) {
                if (channel.read(buffer) < 0) {
                    return answer.toString(StandardCharsets.UTF_8);
                }
                answer.write(buffer.array(), 0, buffer.position());
                buffer.clear();
                if (answer.size() > MOST_BYTES) {
                    throw new IOException("its answer does not end");
                }
            }
        }
    }
}
