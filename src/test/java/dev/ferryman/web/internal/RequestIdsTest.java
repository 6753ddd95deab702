package dev.ferryman.web.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.MDC;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.handler.MappedInterceptor;

/** What log lines carry while a request is answered. */
class RequestIdsTest {
    private final MockMvc web = MockMvcBuilders.standaloneSetup(new Pages()).addInterceptors(new RequestIds()).build();

    /** Answers with what a log line written now would carry. */
    @RestController
    static class Pages {
        @GetMapping({"/cutovers/{id}", "/api/v1/cutovers/{id}/steps/{key}", "/cutovers/{id}/gates/{key}"})
        String ids() {
            return MDC.get("cutover") + " " + MDC.get("step");
        }
    }

    @ParameterizedTest
    @CsvSource({"/cutovers/k7, k7 null", "/api/v1/cutovers/k7/steps/back-fill, k7 back-fill",
            "/cutovers/k7/gates/go, k7 null", "/cutovers/no%20id, null null"})
    void the_ids_are_those_of_the_address_and_nothing_that_is_no_id(String address, String ids) throws Exception {
        web.perform(get(URI.create(address))).andExpect(content().string(ids));
        assertThat(MDC.getCopyOfContextMap()).as("afterwards").satisfiesAnyOf(
                left -> assertThat(left).isNull(), left -> assertThat(left).doesNotContainKeys("cutover", "step"));
    }

    @Test
    void requests_to_cutovers_are_asked_for_them_by_pages_and_the_api() {
        var registry = new InterceptorRegistry() {
            List<MappedInterceptor> mapped() {
                return getInterceptors().stream().map(MappedInterceptor.class::cast).toList();
            }
        };
        new RequestIds().addInterceptors(registry);
        assertThat(registry.mapped()).singleElement()
                .satisfies(each -> assertThat(Objects.requireNonNull(each.getIncludePathPatterns()))
                        .contains("/cutovers/*", "/cutovers/*/**", "/api/v1/cutovers/*", "/api/v1/cutovers/*/**"));
    }
}
