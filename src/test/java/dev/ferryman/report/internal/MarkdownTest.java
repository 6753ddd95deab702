package dev.ferryman.report.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.report.Report;
import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownTest {
    @Test
    void whatever_stands_in_a_cell_stays_text_in_its_cell() {
        String written = Markdown.of(new Report("Cutover report: *x* <script>", "Not _finished_.",
                List.of(new Report.Section("Data", List.of("# no heading\n- no list"), List.of("Table", "Rows"),
                        List.of(List.of("a|b\n<script>alert(1)</script>", "1"),
                                List.of("[click](javascript:x) `code` \\| &lt; ~~s~~ \u0000 🚢", "2"))))));

        assertThat(written)
                .isEqualTo("""
                           # Cutover report: \\*x\\* \\<script\\>

                           Not \\_finished\\_.

                           ## Data

                           \\# no heading - no list

                           | Table | Rows |
                           | --- | --- |
                           | a\\|b \\<script\\>alert(1)\\</script\\> | 1 |
                           | \\[click\\](javascript:x) \\`code\\` \\\\\\| &amp;lt; \\~\\~s\\~\\~ \uFFFD 🚢 | 2 |
                           """);
    }

    @Test
    void a_section_without_rows_has_no_table() {
        assertThat(Markdown.of(new Report("T", "V", List.of(new Report.Section("S", List.of("p"), List.of("A"),
                List.of()))))).isEqualTo("# T\n\nV\n\n## S\n\np\n");
    }
}
