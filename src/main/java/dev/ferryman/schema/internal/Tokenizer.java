package dev.ferryman.schema.internal;

import java.util.ArrayList;
import java.util.List;

/** Cuts SQLite's SQL into tokens by the rules of SQLite's own tokenizer; comments and white space vanish. */
final class Tokenizer {
    private static final List<String> LONG_OPERATORS = List.of("->>", "||", "->", "<=", "<>", "<<", ">=", ">>", "==",
            "!=");

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Tokenizer(String sql) {
        this.sql = sql;
    }

    static List<Token> tokens(String sql) throws SqlSyntaxException {
        var tokenizer = new Tokenizer(sql);
        tokenizer.run();
        return tokenizer.tokens;
    }

    private void run() throws SqlSyntaxException {
        while (at < sql.length()) {
            var c = sql.charAt(at);
            if (c == ' ' || (c >= '\t' && c <= '\r') || c == '\uFEFF') {
                at++;
            } else if (sql.startsWith("--", at)) {
                var end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end;
            } else if (sql.startsWith("/*", at)) {
                var end = sql.indexOf("*/", at + 2);
                at = end < 0 ? sql.length() : end + 2;
            } else {
                next(c);
            }
        }
        tokens.add(new Token(Token.Kind.END, "", at, at));
    }

    private void next(char c) throws SqlSyntaxException {
        if (c == '\'') {
            quoted(Token.Kind.STRING, '\'');
        } else if (c == '"' || c == '`') {
            quoted(Token.Kind.NAME, c);
        } else if (c == '[') {
            var end = sql.indexOf(']', at);
            if (end < 0) {
                throw new SqlSyntaxException("a [ without its ]");
            }
            add(Token.Kind.NAME, sql.substring(at + 1, end), end + 1);
        } else if ((c == 'x' || c == 'X') && at + 1 < sql.length() && sql.charAt(at + 1) == '\'') {
            var end = sql.indexOf('\'', at + 2);
            if (end < 0 || (end - at) % 2 != 0) {
                throw new SqlSyntaxException("a blob literal that is not closed or has an odd number of digits");
            }
            add(Token.Kind.BLOB, sql.substring(at + 2, end), end + 1);
        } else if (isDigit(c) || (c == '.' && at + 1 < sql.length() && isDigit(sql.charAt(at + 1)))) {
            number();
        } else if (isWordStart(c)) {
            var end = at + 1;
            while (end < sql.length() && (isWordStart(sql.charAt(end)) || isDigit(sql.charAt(end))
                    || sql.charAt(end) == '$')) {
                end++;
            }
            add(Token.Kind.WORD, sql.substring(at, end), end);
        } else if (c == '?' || c == ':' || c == '@' || c == '$' || c == '#') {
            add(Token.Kind.PARAMETER, String.valueOf(c), at + 1);
        } else {
            operator(c);
        }
    }

    private void quoted(Token.Kind kind, char quote) throws SqlSyntaxException {
        var text = new StringBuilder();
        var i = at + 1;
        while (i < sql.length()) {
            var c = sql.charAt(i);
            if (c == quote) {
                if (i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
                    i++;
                } else {
                    add(kind, text.toString(), i + 1);
                    return;
                }
            }
            text.append(c);
            i++;
        }
        throw new SqlSyntaxException("a " + quote + " that is not closed");
    }

    private void number() {
        var end = at;
        var real = false;
        if (sql.charAt(at) == '0' && at + 2 < sql.length() && (sql.charAt(at + 1) | 0x20) == 'x'
                && isHex(sql.charAt(at + 2))) {
            end = at + 2;
            while (end < sql.length() && (isHex(sql.charAt(end)) || sql.charAt(end) == '_')) {
                end++;
            }
        } else {
            end = digits(end);
            if (end < sql.length() && sql.charAt(end) == '.') {
                real = true;
                end = digits(end + 1);
            }
            if (end < sql.length() && (sql.charAt(end) | 0x20) == 'e') {
                var exponent = end + 1;
                if (exponent < sql.length() && (sql.charAt(exponent) == '+' || sql.charAt(exponent) == '-')) {
                    exponent++;
                }
                if (exponent < sql.length() && isDigit(sql.charAt(exponent))) {
                    real = true;
                    end = digits(exponent);
                }
            }
        }
        add(real ? Token.Kind.REAL : Token.Kind.INTEGER, sql.substring(at, end).replace("_", ""), end);
    }

    private int digits(int from) {
        var end = from;
        while (end < sql.length() && (isDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
            end++;
        }
        return end;
    }

    private void operator(char c) throws SqlSyntaxException {
        for (var operator : LONG_OPERATORS) {
            if (sql.startsWith(operator, at)) {
                add(Token.Kind.OPERATOR, operator, at + operator.length());
                return;
            }
        }
        if ("+-*/%=<>|&~(),.;".indexOf(c) < 0) {
            throw new SqlSyntaxException("the character '" + c + "' at position " + at);
        }
        add(Token.Kind.OPERATOR, String.valueOf(c), at + 1);
    }

    private void add(Token.Kind kind, String text, int end) {
        tokens.add(new Token(kind, text, at, end));
        at = end;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0 && c < 128;
    }

    private static boolean isWordStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 128;
    }
}
