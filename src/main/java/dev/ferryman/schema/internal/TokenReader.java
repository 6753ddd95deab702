package dev.ferryman.schema.internal;

import java.util.List;

/** A position in the tokens of one statement; the parsers share it. */
final class TokenReader {
    private final String sql;
    private final List<Token> tokens;
    private int at;

    TokenReader(String sql) throws SqlSyntaxException {
        this.sql = sql;
        this.tokens = Tokenizer.tokens(sql);
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    Token take() {
        var token = tokens.get(at);
        if (token.kind() != Token.Kind.END) {
            at++;
        }
        return token;
    }

    boolean is(String word) {
        return peek().is(word);
    }

    /** Takes all of these words if they all follow. */
    boolean accept(String... words) {
        for (var i = 0; i < words.length; i++) {
            if (!peek(i).is(words[i])) {
                return false;
            }
        }
        at += words.length;
        return true;
    }

    void expect(String word) throws SqlSyntaxException {
        if (!accept(word)) {
            throw unexpected(word);
        }
    }

    boolean atEnd() {
        return peek().kind() == Token.Kind.END || is(";");
    }

    /** A name in any of SQLite's quotings, or a bare word. */
    String name() throws SqlSyntaxException {
        var token = peek();
        return switch (token.kind()) {
            case WORD, NAME, STRING -> take().text();
            case BLOB, INTEGER, REAL, PARAMETER, OPERATOR, END -> throw unexpected("a name");
        };
    }

    /** SQL from a token's start to the end of the last token taken. */
    String since(int start) {
        return sql.substring(start, tokens.get(at - 1).end());
    }

    int start() {
        return peek().start();
    }

    /** Takes a parenthesised group whatever is in it; the reader stands on its opening parenthesis. */
    void skipGroup() throws SqlSyntaxException {
        expect("(");
        for (var depth = 1; depth > 0;) {
            if (peek().kind() == Token.Kind.END) {
                throw unexpected(")");
            }
            if (is("(")) {
                depth++;
            } else if (is(")")) {
                depth--;
            }
            take();
        }
    }

    SqlSyntaxException unexpected(String wanted) {
        var token = peek();
        return new SqlSyntaxException(token.kind() == Token.Kind.END
                ? "it ends where " + wanted + " is expected"
                : "'" + sql.substring(token.start(), token.end()) + "' stands where " + wanted + " is expected");
    }
}
