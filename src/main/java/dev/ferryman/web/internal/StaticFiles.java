package dev.ferryman.web.internal;

import java.time.Duration;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.resource.VersionResourceResolver;

/**
 * The files that pages load, each kind under a path of its own. With Spring Boot's one path for everything each link of a
 * page, wherever it leads, is looked for among the files in the jar: that was more than half of a page's time.
 */
@Configuration(proxyBeanMethods = false)
class StaticFiles implements WebMvcConfigurer {
    private static final CacheControl AN_HOUR = CacheControl.maxAge(Duration.ofHours(1));

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        // A changed file has another address, so browsers may keep what they have.
        files(registry, "/css/**", "classpath:/static/css/").resourceChain(true).addResolver(byContent());
        files(registry, "/js/**", "classpath:/static/js/").resourceChain(true).addResolver(byContent());
        files(registry, "/webjars/**", "classpath:/META-INF/resources/webjars/").resourceChain(true);
        files(registry, "/*.svg", "classpath:/static/").resourceChain(true);
    }

    private static ResourceHandlerRegistration files(ResourceHandlerRegistry registry, String path, String location) {
        return registry.addResourceHandler(path).addResourceLocations(location).setCacheControl(AN_HOUR);
    }

    private static VersionResourceResolver byContent() {
        return new VersionResourceResolver().addContentVersionStrategy("/**");
    }
}
