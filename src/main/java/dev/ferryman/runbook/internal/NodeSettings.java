package dev.ferryman.runbook.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What this process can reach.
 *
 * @param node label of the host and the files it sees; replicas with the same label see the same files
 */
@ConfigurationProperties("ferryman")
public record NodeSettings(@DefaultValue("") String node) {
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    /** Takes the host's name where nothing is set. */
    public NodeSettings {
        node = node.isBlank() ? hostName() : node;
        if (!LABEL.matcher(node).matches()) {
            throw new IllegalArgumentException("ferryman.node must be letters, digits, dots, dashes and underscores,"
                    + " at most 100, such as the host's name; it is " + node);
        }
    }

    /** The host's name, {@code localhost} where it has none. */
    static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}
