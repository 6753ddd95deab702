package dev.ferryman.notify.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.SecretReference;
import dev.ferryman.hook.HttpCall;
import dev.ferryman.hook.OutputMask;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** What one delivery has read of its channel's secrets, and the mask that keeps them from being shown. */
final class ChannelSecrets {
    private final List<String> seen = new ArrayList<>();

    /**
     * The secret of a reference of the server's own configuration.
     *
     * @throws BadInputException where it leads nowhere
     */
    String open(String reference) {
        String secret = SecretReference.parse(reference).resolve().reveal();
        seen.add(secret);
        return secret;
    }

    /**
     * The address that a reference leads to, or that the configuration has in the open.
     *
     * @throws BadInputException where it is none; it is not repeated
     */
    URI address(String text) {
        boolean plain = text.startsWith("http://") || text.startsWith("https://");
        URI address = HttpCall.of("POST", plain ? text : open(text).strip()).url();
        seen.add(address.toString());
        if (address.getRawPath() != null && address.getRawPath().length() > 1) {
            seen.add(address.getRawPath());
        }
        return address;
    }

    OutputMask mask() {
        return new OutputMask(seen);
    }
}
