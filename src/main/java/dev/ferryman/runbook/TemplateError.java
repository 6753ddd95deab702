package dev.ferryman.runbook;

/**
 * One thing wrong in a template file.
 *
 * @param file   the file's name
 * @param line   from 1
 * @param column from 1
 * @param what   what is wrong and what is expected instead
 */
public record TemplateError(String file, int line, int column, String what) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + what;
    }
}
