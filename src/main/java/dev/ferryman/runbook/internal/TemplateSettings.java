package dev.ferryman.runbook.internal;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where templates come from.
 *
 * @param directory holds templates beside the bundled ones; null for none
 */
@ConfigurationProperties("ferryman.templates")
public record TemplateSettings(@Nullable Path directory) {}
