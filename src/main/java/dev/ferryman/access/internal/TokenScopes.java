package dev.ferryman.access.internal;

import dev.ferryman.access.NeedsScope;
import dev.ferryman.access.Scope;
import dev.ferryman.access.ScopeMissingException;
import dev.ferryman.access.TokenUse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Holds tokens to their scopes, before anything of the request is read. */
@Component
class TokenScopes implements HandlerInterceptor, WebMvcConfigurer {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/api/**");
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        if (handler instanceof HandlerMethod asked && authentication != null) {
            var needed = NeedsScope.Of.method(asked.getMethod(), READING.contains(request.getMethod()));
            if (!has(authentication, needed)) {
                throw new ScopeMissingException(needed);
            }
        }
        return true;
    }

    /** Whether the request came with a token. */
    static boolean isToken(@Nullable Authentication authentication) {
        return authentication != null && authentication.getDetails() instanceof TokenUse;
    }

    /** Whether the request came with a token that may be used for this. */
    static boolean has(@Nullable Authentication authentication, Scope scope) {
        return authentication != null && authentication.getDetails() instanceof TokenUse token
                && token.scopes().contains(scope);
    }
}
