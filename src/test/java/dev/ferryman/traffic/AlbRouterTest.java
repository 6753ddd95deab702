package dev.ferryman.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.traffic.internal.AlbControl;
import dev.ferryman.traffic.internal.AlbSettings;
import dev.ferryman.traffic.internal.Router;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The API of AWS as a stub that keeps rules and listeners and answers as the documentation of elbv2 says. */
class AlbRouterTest {

    abstract static class Contract extends TrafficRouterContract {
        final ElbStub elb = new ElbStub();

        abstract String writes();

        @AfterEach
        void stop() {
            elb.close();
        }

        AlbSettings settings() {
            return new AlbSettings("eu-central-1", ElbStub.READS, writes(), ElbStub.BLUE, ElbStub.GREEN,
                    URI.create(elb.address()), Duration.ofSeconds(10));
        }

        @Override
        TrafficRouter adapter() {
            return new Router("edge", new AlbControl(settings(), () -> AlbControl.builder(settings())
                    .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")))
                    .build()));
        }

        @Override
        Side observed() {
            return elb.weight(writes(), ElbStub.GREEN) == 0 ? Side.SOURCE : Side.TARGET;
        }

        @Override
        int observedReads() {
            return elb.weight(ElbStub.READS, ElbStub.GREEN);
        }

        @Override
        int changes() {
            return elb.changes();
        }

        @Override
        void breakDown() {
            elb.refuse("ModifyRule", "AccessDenied");
            elb.refuse("ModifyListener", "AccessDenied");
        }

        @Test
        void stickiness_logins_and_orders_are_given_back_as_they_were() throws Exception {
            String before = elb.without(writes(), "Weight");
            String readsBefore = elb.without(ElbStub.READS, "Weight");
            adapter().apply("key", recording());
            adapter().undo("key", recording());
            assertThat(elb.without(writes(), "Weight")).isEqualTo(before).contains("authenticate-oidc")
                    .contains("Order=1");
            assertThat(elb.without(ElbStub.READS, "Weight")).isEqualTo(readsBefore)
                    .contains("TargetGroupStickinessConfig.DurationSeconds=600");
            assertThat(elb.secretsKept()).isTrue();
        }

        @Test
        void a_refusal_says_what_aws_says_and_what_is_in_effect() {
            elb.refuse("ModifyRule", "AccessDenied");
            assertThatThrownBy(() -> adapter().shiftReads(50, "key", recording())).isInstanceOf(TrafficException.class)
                    .hasMessageContaining("AccessDenied").hasMessageContaining("points at SQLite");
        }

        @Test
        void a_side_without_a_healthy_target_gets_no_reads() throws Exception {
            elb.unhealthy(ElbStub.GREEN);
            assertThat(adapter().obstacle(Side.TARGET)).get().asString().contains("healthy");
            assertThatThrownBy(() -> adapter().shiftReads(50, "key", recording())).isInstanceOf(TrafficException.class)
                    .hasMessageContaining("Nothing was changed");
            assertThat(adapter().obstacle(Side.SOURCE)).isEmpty();
        }

        @Test
        void a_rule_for_reads_that_matches_writes_as_well_is_refused() {
            elb.methods(List.of("GET", "POST"));
            assertThatThrownBy(() -> adapter().shiftReads(50, "key", recording())).isInstanceOf(TrafficException.class)
                    .hasMessageContaining("nothing but GET, HEAD and OPTIONS");
            assertThat(elb.changes()).isZero();
        }

        @Test
        void writes_that_stick_to_a_target_group_are_told_of() throws Exception {
            elb.stick(writes());
            assertThat(adapter().obstacle(Side.TARGET)).get().asString().contains("sticky");
        }

        @Test
        void a_third_target_group_with_a_weight_is_not_overruled() {
            elb.third(ElbStub.READS);
            assertThatThrownBy(() -> adapter().shiftReads(50, "key", recording())).isInstanceOf(TrafficException.class)
                    .hasMessageContaining("neither blue nor green");
            assertThat(elb.changes()).isZero();
        }
    }

    @Nested
    class WritesByTheDefaultActionOfTheListener extends Contract {
        @Override
        String writes() {
            return ElbStub.LISTENER;
        }

        @Test
        void a_switch_that_stops_half_way_says_so_and_goes_on_when_repeated() throws Exception {
            elb.refuse("ModifyRule", "Throttling");
            assertThatThrownBy(() -> adapter().apply("key", recording())).isInstanceOf(TrafficException.class)
                    .hasMessageContaining("Writes go to PostgreSQL, and 0 % of reads to PostgreSQL.");
            elb.allow("ModifyRule");
            assertThat(adapter().apply("key", recording())).isInstanceOf(Change.Done.class);
            assertThat(adapter().current()).isEqualTo(new Position.At(Side.TARGET));
        }
    }

    @Nested
    class WritesByAnotherRule extends Contract {
        @Override
        String writes() {
            return ElbStub.WRITES;
        }
    }
}
