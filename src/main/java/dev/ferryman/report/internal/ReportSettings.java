package dev.ferryman.report.internal;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What may be attached to reports.
 *
 * @param largestFile how large one file may be
 * @param mostFiles how many files one report may have
 */
@ConfigurationProperties("ferryman.report")
public record ReportSettings(@DefaultValue("10MB") DataSize largestFile, @DefaultValue("20") int mostFiles) {}
