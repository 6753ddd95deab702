package dev.ferryman.runbook.internal;

import dev.ferryman.runbook.Template;
import dev.ferryman.runbook.TemplateEntry;
import dev.ferryman.runbook.TemplateError;
import dev.ferryman.runbook.TemplateException;
import dev.ferryman.runbook.TemplateParser;
import dev.ferryman.runbook.Templates;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

/** Reads template files from the class path and from a directory. */
final class TemplateFiles implements Templates {
    private static final Logger LOG = LoggerFactory.getLogger(TemplateFiles.class);
    private static final String BUNDLED = "classpath*:templates-runbook/*.yaml";
    private static final long LARGEST = 1_000_000;

    private final TemplateParser parser;
    private final ResourcePatternResolver resources;
    private final @Nullable Path directory;

    TemplateFiles(TemplateParser parser, ResourcePatternResolver resources, @Nullable Path directory) {
        this.parser = parser;
        this.resources = resources;
        this.directory = directory;
    }

    @Override
    public List<TemplateEntry> all() {
        List<TemplateEntry> entries = new ArrayList<>();
        Map<String, String> fileByKey = new HashMap<>();
        bundled().forEach(source -> entries.add(entry(source, fileByKey)));
        own(entries).forEach(source -> entries.add(entry(source, fileByKey)));
        return entries;
    }

    private record Source(String file, boolean bundled, Reading reading) {}

    @FunctionalInterface
    private interface Reading {
        String text() throws IOException;
    }

    private List<Source> bundled() {
        try {
            return Arrays.stream(resources.getResources(BUNDLED))
                    .sorted(Comparator.comparing(resource -> name(resource).replace(".yaml", "")))
                    .map(resource -> new Source(name(resource), true,
                            () -> resource.getContentAsString(StandardCharsets.UTF_8)))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("The bundled templates cannot be listed", e);
        }
    }

    private List<Source> own(List<TemplateEntry> entries) {
        Path from = directory;
        if (from == null) {
            return List.of();
        }
        List<Source> sources = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(from, "*.{yaml,yml}")) {
            files.forEach(file -> sources.add(new Source(String.valueOf(file.getFileName()), false, () -> read(file))));
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("The template directory {} cannot be read: {}", from, e.getMessage());
            entries.add(new TemplateEntry.Broken(from.toString(), false, List.of(new TemplateError(from.toString(), 1,
                    1, "the directory of ferryman.templates.directory cannot be read: " + e.getMessage()))));
        }
        sources.sort(Comparator.comparing(Source::file));
        return sources;
    }

    private TemplateEntry entry(Source source, Map<String, String> fileByKey) {
        try {
            Template template = parser.parse(source.reading().text(), source.file());
            String other = fileByKey.putIfAbsent(template.key(), source.file());
            return other == null
                    ? new TemplateEntry.Usable(source.file(), source.bundled(), template)
                    : broken(source, "template ‘" + template.key() + "’ is defined in " + other
                            + " already; give this one another key");
        } catch (TemplateException e) {
            return new TemplateEntry.Broken(source.file(), source.bundled(), e.errors());
        } catch (MalformedInputException e) {
            return broken(source, "the file is not UTF-8 text");
        } catch (IOException e) {
            return broken(source, "the file cannot be read: " + e.getMessage());
        }
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IOException("it is larger than a template can be");
        }
        return Files.readString(file);
    }

    private static TemplateEntry broken(Source source, String what) {
        return new TemplateEntry.Broken(source.file(), source.bundled(),
                List.of(new TemplateError(source.file(), 1, 1, what)));
    }

    private static String name(Resource resource) {
        return String.valueOf(resource.getFilename());
    }
}
