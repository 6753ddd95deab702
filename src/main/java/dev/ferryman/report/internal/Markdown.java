package dev.ferryman.report.internal;

import dev.ferryman.report.Report;

/** A report as Markdown. Whatever came from a database or a person is escaped: it stays text. */
public final class Markdown {
    private Markdown() {}

    /** The whole document. */
    public static String of(Report report) {
        StringBuilder out = new StringBuilder();
        out.append("# ").append(escape(report.title())).append("\n\n").append(escape(report.verdict())).append('\n');
        for (Report.Section section : report.sections()) {
            out.append("\n## ").append(escape(section.title())).append('\n');
            section.paragraphs().forEach(text -> out.append('\n').append(escape(text)).append('\n'));
            if (!section.columns().isEmpty() && !section.rows().isEmpty()) {
                out.append('\n');
                row(out, section.columns());
                row(out, section.columns().stream().map(column -> "---").toList());
                section.rows().forEach(cells -> row(out, cells.stream().map(Markdown::escape).toList()));
            }
        }
        return out.toString();
    }

    private static void row(StringBuilder out, Iterable<String> cells) {
        out.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\', '`', '*', '_', '[', ']', '<', '>', '|', '#', '~' -> out.append('\\').append(c);
                case '&' -> out.append("&amp;");
                case '\n', '\r', '\t' -> out.append(' ');
                default -> out.append(Character.isISOControl(c) ? '\uFFFD' : c);
            }
        }
        return out.toString();
    }
}
