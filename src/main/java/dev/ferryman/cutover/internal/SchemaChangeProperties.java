package dev.ferryman.cutover.internal;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the server's operators allow changes of a schema to read.
 *
 * @param roots directories below which SQL files lie; none by default
 */
@ConfigurationProperties("ferryman.schema-changes")
record SchemaChangeProperties(@DefaultValue List<Path> roots) {}
