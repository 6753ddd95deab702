package dev.ferryman.endpoint.internal;

import dev.ferryman.endpoint.BadInputException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Looks a host up and refuses addresses that nothing may be asked at. The connection is made to the very addresses this
 * returns, so a name that leads elsewhere a moment later (DNS rebinding) gains nothing.
 */
public final class CheckedResolver implements DnsResolver {
    /** Where clouds answer with credentials, besides the link-local 169.254.169.254. */
    private static final Set<InetAddress> METADATA = Set.of(
            // Amazon and Google over IPv6
            InetAddress.ofLiteral("fd00:ec2::254"), InetAddress.ofLiteral("fd20:ce::254"),
            // Alibaba, Oracle, Azure
            InetAddress.ofLiteral("100.100.100.200"), InetAddress.ofLiteral("192.0.0.192"),
            InetAddress.ofLiteral("168.63.129.16"));
    private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
    private static final byte[] COMPATIBLE = new byte[12];

    private final DnsResolver resolver;
    private final boolean loopback;

    /** @param loopback whether addresses of this machine itself may be connected to */
    public CheckedResolver(boolean loopback) {
        this(SystemDefaultDnsResolver.INSTANCE, loopback);
    }

    CheckedResolver(DnsResolver resolver, boolean loopback) {
        this.resolver = resolver;
        this.loopback = loopback;
    }

    /** @throws BadInputException if one of its addresses is refused */
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = resolver.resolve(host);
        for (InetAddress address : addresses) {
            InetAddress meant = embedded(address);
            if (neverAsked(meant)) {
                throw new BadInputException("The host " + host + " is at " + address.getHostAddress()
                        + ", an address that answers with the machine's own credentials or is no host's.",
                        "No setting allows it. Give the address of the application.");
            }
            if (meant.isLoopbackAddress() && !loopback) {
                throw new BadInputException("The host " + host + " is this machine itself.",
                        "If that is meant, add 127.0.0.1 with the port, too, to ferryman.http.allowed-hosts in the server's "
                                + "configuration.");
            }
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return resolver.resolveCanonicalHostname(host);
    }

    private static boolean neverAsked(InetAddress address) {
        return address.isLinkLocalAddress() || address.isAnyLocalAddress() || address.isMulticastAddress()
                || METADATA.contains(address)
                || address.getAddress().length == 4 && (address.getAddress()[0] == 0 || address.getAddress()[0] == -1);
    }

    /** The IPv4 address that an IPv6 one stands for, by NAT64, 6to4 or the old compatible form; else itself. */
    private static InetAddress embedded(InetAddress address) {
        if (!(address instanceof Inet6Address) || address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return address;
        }
        byte[] bytes = address.getAddress();
        for (byte[] prefix : List.of(NAT64, COMPATIBLE)) {
            if (Arrays.equals(prefix, 0, 12, bytes, 0, 12)) {
                return of(Arrays.copyOfRange(bytes, 12, 16));
            }
        }
        return bytes[0] == 0x20 && bytes[1] == 0x02 ? of(Arrays.copyOfRange(bytes, 2, 6)) : address;
    }

    private static InetAddress of(byte[] four) {
        try {
            return InetAddress.getByAddress(four);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("Four bytes are an address", e);
        }
    }
}
