package dev.ferryman.report;

import java.util.List;

/**
 * A report before it is written in one form or another.
 *
 * @param title first heading
 * @param verdict one sentence: how it ended, or that it has not ended
 * @param sections in order
 */
public record Report(String title, String verdict, List<Section> sections) {
    /** Copies the sections. */
    public Report {
        sections = List.copyOf(sections);
    }

    /**
     * A part under a heading of its own.
     *
     * @param paragraphs plain text, before the table
     * @param columns headings of the table, empty where there is none
     * @param rows cells in the order of the columns, plain text
     */
    public record Section(String title, List<String> paragraphs, List<String> columns, List<List<String>> rows) {
        /** Copies the lists; every row has a cell for every column. */
        public Section {
            paragraphs = List.copyOf(paragraphs);
            columns = List.copyOf(columns);
            rows = rows.stream().map(List::copyOf).toList();
            for (List<String> row : rows) {
                if (row.size() != columns.size()) {
                    throw new IllegalArgumentException("A row of '" + title + "' has " + row.size() + " cells for "
                            + columns.size() + " columns");
                }
            }
        }

        /** Text without a table. */
        public static Section text(String title, List<String> paragraphs) {
            return new Section(title, paragraphs, List.of(), List.of());
        }
    }
}
