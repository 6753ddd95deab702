package dev.ferryman.web.internal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.AsyncHandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** While a request to a cutover is answered, by a page or the API, log lines carry the ids of cutover and step. */
@Component
class RequestIds implements AsyncHandlerInterceptor, WebMvcConfigurer {
    /** The names that {@code runbook} uses for the same. */
    private static final String CUTOVER = "cutover";
    private static final String STEP = "step";
    /** Anything else in an address is no id of ours, and stays out of the log. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/cutovers/*/**", "/cutovers/*", "/api/v1/cutovers/*/**",
                "/api/v1/cutovers/*");
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables) {
            put(CUTOVER, variables.get("id"));
            if (String.valueOf(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE))
                    .contains("/steps/{key}")) {
                put(STEP, variables.get("key"));
            }
        }
        return true;
    }

    private static void put(String name, @Nullable Object value) {
        if (value instanceof String id && ID.matcher(id).matches()) {
            MDC.put(name, id);
        }
    }

    @Override
    public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler,
            @Nullable Exception exception) {
        forget();
    }

    /** A request that is answered bit by bit gives its thread back before it is complete. */
    @Override
    public void afterConcurrentHandlingStarted(HttpServletRequest request, HttpServletResponse response,
            Object handler) {
        forget();
    }

    private static void forget() {
        MDC.remove(CUTOVER);
        MDC.remove(STEP);
    }
}
