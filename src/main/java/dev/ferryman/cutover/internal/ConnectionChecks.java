package dev.ferryman.cutover.internal;

import static dev.ferryman.cutover.Diagnosis.Check.fine;

import dev.ferryman.cutover.Diagnosis.Check;
import dev.ferryman.cutover.Diagnosis.Found;
import dev.ferryman.cutover.Topic;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether the target can be reached, asked from the bottom up: name, port, protocol, login. */
final class ConnectionChecks {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    /** The message with which a client asks for TLS: its length, then the code of the request. */
    private static final byte[] SSL_REQUEST = {0, 0, 0, 8, 0x04, (byte) 0xd2, 0x16, 0x2f};

    private ConnectionChecks() {}

    /** Asks one after the other and tells each answer at once. */
    static void run(PostgresTarget target, Consumer<Check> tell) {
        for (InetSocketAddress address : target.addresses()) {
            InetAddress found = resolved(address, tell);
            if (found != null) {
                reach(new InetSocketAddress(found, address.getPort()), address.getHostString(), tell);
            }
        }
        login(target, tell);
    }

    private static @Nullable InetAddress resolved(InetSocketAddress address,
            Consumer<Check> tell) {
        String asked = "Does the name ‘" + address.getHostString() + "’ lead to an address?";
        try {
            InetAddress[] all = InetAddress.getAllByName(address.getHostString());
            tell.accept(fine(Topic.CONNECTION, asked, "It is "
                    + Arrays.stream(all).map(InetAddress::getHostAddress).collect(Collectors.joining(", ")) + "."));
            return all[0];
        } catch (UnknownHostException e) {
            tell.accept(new Check(Topic.CONNECTION, asked, Found.WRONG, "No name server knows it.",
                    "Correct the host in the target's address, or the name resolution of Ferryman's machine."));
            return null;
        }
    }

    private static void reach(InetSocketAddress address, String name, Consumer<Check> tell) {
        String asked = "Does something listen at " + name + ", port " + address.getPort() + "?";
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) LIMIT.toMillis());
            tell.accept(fine(Topic.CONNECTION, asked, "Yes."));
            speaks(socket, name + ":" + address.getPort(), tell);
        } catch (SocketTimeoutException e) {
            tell.accept(new Check(Topic.CONNECTION, asked, Found.WRONG,
                    "No answer within " + LIMIT.toSeconds() + " s: packets are dropped.",
                    "Look for a firewall or a security group between Ferryman and the server."));
        } catch (ConnectException e) {
            tell.accept(new Check(Topic.CONNECTION, asked, Found.WRONG, "The machine refuses: nothing listens there.",
                    "Start the server; check its port and listen_addresses."));
        } catch (IOException e) {
            tell.accept(new Check(Topic.CONNECTION, asked, Found.WRONG, "It cannot be reached: " + e.getMessage() + ".",
                    "Check the route and the firewall."));
        }
    }

    private static void speaks(Socket socket, String where, Consumer<Check> tell) {
        String asked = "Is it PostgreSQL that answers at " + where + "?";
        try {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write(SSL_REQUEST);
            socket.getOutputStream().flush();
            int answer = socket.getInputStream().read();
            tell.accept(switch (answer) {
                case 'S' -> fine(Topic.CONNECTION, asked, "Yes, and it offers TLS.");
                case 'N' -> fine(Topic.CONNECTION, asked, "Yes; it offers no TLS.");
                default -> new Check(Topic.CONNECTION, asked, Found.WRONG, "Something else answers, or hangs up.",
                        "Check the port; a proxy in between must pass PostgreSQL's protocol on.");
            });
        } catch (IOException e) {
            tell.accept(new Check(Topic.CONNECTION, asked, Found.WRONG, "It accepts the connection and stays silent.",
                    "Check the port; look whether the server is overloaded or a proxy in between has lost it."));
        }
    }

    private static void login(PostgresTarget target, Consumer<Check> tell) {
        String asked = "Does the server let Ferryman in as it is configured?";
        try (var connection = target.connectToLook(LIMIT)) {
            tell.accept(fine(Topic.CONNECTION, asked,
                    "Yes: PostgreSQL " + connection.getMetaData().getDatabaseProductVersion() + ", as "
                            + connection.getMetaData().getUserName() + "."));
        } catch (SQLException e) {
            BadInputException refusal = target.refusal(e);
            tell.accept(new Check(Topic.CONNECTION, asked, Found.WRONG,
                    refusal.getMessage() + said(e), refusal.next()));
        } catch (BadInputException e) {
            tell.accept(new Check(Topic.CONNECTION, asked, Found.WRONG, String.valueOf(e.getMessage()), e.next()));
        }
    }

    /** What the server said itself: it names the line that pg_hba.conf lacks. */
    private static String said(SQLException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return e.getSQLState() == null || message.isBlank() ? "" : " (" + message + ")";
    }
}
