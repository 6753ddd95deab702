package dev.ferryman.endpoint.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.BadInputException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckedResolverTest {
    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "169.254.170.2", "fe80::1", "fd00:ec2::254", "fd20:ce::254",
            "100.100.100.200", "192.0.0.192", "168.63.129.16", "0.0.0.0", "0.1.2.3", "::", "224.0.0.1", "ff02::1",
            "255.255.255.255", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
            "::169.254.169.254"})
    void addresses_of_metadata_services_and_of_no_host_are_refused_even_to_the_servers_own_configuration(
            String address) {
        assertThatThrownBy(() -> resolver(true, address).resolve("app.example.org"))
                .isInstanceOf(BadInputException.class).hasMessageContaining("The host app.example.org is at");
    }

    @Test
    void one_bad_address_among_good_ones_is_enough() {
        assertThatThrownBy(() -> resolver(true, "10.0.0.7", "169.254.169.254").resolve("app"))
                .isInstanceOf(BadInputException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"})
    void a_name_that_leads_to_this_machine_is_refused_unless_the_machine_itself_is_allowed(String address)
            throws Exception {
        assertThatThrownBy(() -> resolver(false, address).resolve("app")).isInstanceOf(BadInputException.class)
                .hasMessageContaining("this machine itself");
        assertThat(resolver(true, address).resolve("app")).containsExactly(InetAddress.ofLiteral(address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.7", "192.168.1.1", "172.16.0.1", "93.184.216.34", "2001:db8::1", "fd12:3456::1"})
    void addresses_of_applications_are_returned_as_they_are(String address) throws Exception {
        assertThat(resolver(false, address).resolve("app")).containsExactly(InetAddress.ofLiteral(address));
    }

    private static CheckedResolver resolver(boolean loopback, String... addresses) {
        return new CheckedResolver(new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                InetAddress[] found = new InetAddress[addresses.length];
                for (int i = 0; i < found.length; i++) {
                    found[i] = InetAddress.ofLiteral(addresses[i]);
                }
                return found;
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        }, loopback);
    }
}
