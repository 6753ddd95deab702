package dev.ferryman.schema.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Recursive descent over SQLite's expressions, in the order of its operator precedence. Subqueries are not read. */
final class ExpressionParser {
    /** Deeper nesting than this is refused instead of exhausting the stack. */
    private static final int DEEPEST = 200;

    private final TokenReader reader;
    private int depth;

    ExpressionParser(TokenReader reader) {
        this.reader = reader;
    }

    /** The expression that is all of a text. */
    static Expr parse(String sql) throws SqlSyntaxException {
        var reader = new TokenReader(sql);
        var expression = new ExpressionParser(reader).expression();
        if (!reader.atEnd()) {
            throw reader.unexpected("the end");
        }
        return expression;
    }

    Expr expression() throws SqlSyntaxException {
        if (++depth > DEEPEST) {
            throw new SqlSyntaxException("it is nested too deeply");
        }
        var left = and();
        while (reader.accept("OR")) {
            left = new Expr.Binary("OR", left, and());
        }
        depth--;
        return left;
    }

    private Expr and() throws SqlSyntaxException {
        var left = not();
        while (reader.accept("AND")) {
            left = new Expr.Binary("AND", left, not());
        }
        return left;
    }

    private Expr not() throws SqlSyntaxException {
        if (reader.is("NOT") && !reader.peek(1).is("EXISTS")) {
            reader.take();
            if (++depth > DEEPEST) {
                throw new SqlSyntaxException("it is nested too deeply");
            }
            var operand = not();
            depth--;
            return new Expr.Unary("NOT", operand);
        }
        return equality();
    }

    private Expr equality() throws SqlSyntaxException {
        var left = comparison();
        while (true) {
            if (reader.accept("=") || reader.accept("==")) {
                left = new Expr.Binary("=", left, comparison());
            } else if (reader.accept("<>") || reader.accept("!=")) {
                left = new Expr.Binary("<>", left, comparison());
            } else if (reader.accept("IS", "NOT", "DISTINCT", "FROM")) {
                left = new Expr.Binary("IS", left, comparison());
            } else if (reader.accept("IS", "DISTINCT", "FROM")) {
                left = new Expr.Binary("IS NOT", left, comparison());
            } else if (reader.accept("IS", "NOT")) {
                left = is(true, left, comparison());
            } else if (reader.accept("IS")) {
                left = is(false, left, comparison());
            } else if (reader.accept("ISNULL")) {
                left = new Expr.IsNull(false, left);
            } else if (reader.accept("NOTNULL") || reader.accept("NOT", "NULL")) {
                left = new Expr.IsNull(true, left);
            } else if (isNegatable(reader.is("NOT") ? 1 : 0)) {
                left = negatable(reader.accept("NOT"), left);
            } else {
                return left;
            }
        }
    }

    private static Expr is(boolean negated, Expr left, Expr right) {
        return right instanceof Expr.NullLiteral
                ? new Expr.IsNull(negated, left)
                : new Expr.Binary(negated ? "IS NOT" : "IS", left, right);
    }

    private boolean isNegatable(int ahead) {
        var token = reader.peek(ahead);
        return token.is("LIKE") || token.is("GLOB") || token.is("REGEXP") || token.is("MATCH") || token.is("BETWEEN")
                || token.is("IN");
    }

    private Expr negatable(boolean negated, Expr left) throws SqlSyntaxException {
        var word = reader.take().text().toUpperCase(Locale.ROOT);
        if (word.equals("BETWEEN")) {
            var low = comparison();
            reader.expect("AND");
            return new Expr.Between(negated, left, low, comparison());
        }
        if (word.equals("IN")) {
            reader.expect("(");
            return new Expr.In(negated, left, reader.is(")") ? closeEmpty() : list());
        }
        var pattern = comparison();
        return new Expr.Match(word, negated, left, pattern, reader.accept("ESCAPE") ? comparison() : null);
    }

    private List<Expr> closeEmpty() {
        reader.take();
        return List.of();
    }

    /** Expressions up to a closing parenthesis. */
    private List<Expr> list() throws SqlSyntaxException {
        var items = new ArrayList<Expr>();
        do {
            items.add(expression());
        } while (reader.accept(","));
        reader.expect(")");
        return List.copyOf(items);
    }

    private Expr comparison() throws SqlSyntaxException {
        return binary(Set.of("<", "<=", ">", ">="), () -> binary(Set.of("<<", ">>", "&", "|"),
                () -> binary(Set.of("+", "-"), () -> binary(Set.of("*", "/", "%"),
                        () -> binary(Set.of("||", "->", "->>"), this::collated)))));
    }

    /** One level of left-associative operators. */
    private interface Level {
        Expr next() throws SqlSyntaxException;
    }

    private Expr binary(Set<String> operators, Level next) throws SqlSyntaxException {
        var left = next.next();
        while (reader.peek().kind() == Token.Kind.OPERATOR && operators.contains(reader.peek().text())) {
            left = new Expr.Binary(reader.take().text(), left, next.next());
        }
        return left;
    }

    private Expr collated() throws SqlSyntaxException {
        var value = unary();
        while (reader.accept("COLLATE")) {
            value = new Expr.Collate(value, reader.name());
        }
        return value;
    }

    private Expr unary() throws SqlSyntaxException {
        for (var operator : List.of("-", "+", "~")) {
            if (reader.peek().kind() == Token.Kind.OPERATOR && reader.accept(operator)) {
                if (++depth > DEEPEST) {
                    throw new SqlSyntaxException("it is nested too deeply");
                }
                var operand = unary();
                depth--;
                return new Expr.Unary(operator, operand);
            }
        }
        return primary();
    }

    private Expr primary() throws SqlSyntaxException {
        var token = reader.peek();
        return switch (token.kind()) {
            case INTEGER -> new Expr.IntegerLiteral(reader.take().text());
            case REAL -> new Expr.RealLiteral(reader.take().text());
            case STRING -> new Expr.StringLiteral(reader.take().text());
            case BLOB -> new Expr.BlobLiteral(reader.take().text());
            case WORD, NAME -> word(reader.take());
            case OPERATOR -> {
                if (!reader.accept("(")) {
                    throw reader.unexpected("an expression");
                }
                if (reader.is("SELECT") || reader.is("WITH") || reader.is("VALUES")) {
                    throw new SqlSyntaxException("it holds a subquery");
                }
                var items = list();
                yield items.size() == 1 ? items.getFirst() : new Expr.Row(items);
            }
            case PARAMETER, END -> throw reader.unexpected("an expression");
        };
    }

    private Expr word(Token token) throws SqlSyntaxException {
        var quoted = token.kind() == Token.Kind.NAME;
        if (!quoted) {
            switch (token.text().toUpperCase(Locale.ROOT)) {
                case "NULL" -> {
                    return new Expr.NullLiteral();
                }
                case "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP" -> {
                    return new Expr.Current(token.text().toUpperCase(Locale.ROOT));
                }
                case "CASE" -> {
                    return caseOf();
                }
                case "CAST" -> {
                    return cast();
                }
                case "EXISTS", "SELECT", "RAISE" -> throw new SqlSyntaxException(
                        "it holds " + token.text().toUpperCase(Locale.ROOT));
                default -> {
                    // A function or a column, told apart below.
                }
            }
        }
        if (reader.is("(")) {
            return call(token.text());
        }
        String qualifier = null;
        var name = token.text();
        while (reader.accept(".")) {
            qualifier = name;
            name = reader.name();
            quoted = true;
        }
        return new Expr.Name(qualifier, name, quoted);
    }

    private Expr call(String function) throws SqlSyntaxException {
        reader.expect("(");
        List<Expr> arguments;
        if (reader.accept("*")) {
            reader.expect(")");
            arguments = List.of();
        } else if (reader.accept(")")) {
            arguments = List.of();
        } else if (reader.is("DISTINCT")) {
            throw new SqlSyntaxException("it calls an aggregate");
        } else {
            arguments = list();
        }
        if (reader.is("FILTER") || reader.is("OVER")) {
            throw new SqlSyntaxException("it calls an aggregate or a window function");
        }
        return new Expr.Call(function.toLowerCase(Locale.ROOT), arguments);
    }

    private Expr caseOf() throws SqlSyntaxException {
        var base = reader.is("WHEN") ? null : expression();
        var branches = new ArrayList<Expr.When>();
        while (reader.accept("WHEN")) {
            var condition = expression();
            reader.expect("THEN");
            branches.add(new Expr.When(condition, expression()));
        }
        var otherwise = reader.accept("ELSE") ? expression() : null;
        reader.expect("END");
        return new Expr.Case(base, List.copyOf(branches), otherwise);
    }

    private Expr cast() throws SqlSyntaxException {
        reader.expect("(");
        var value = expression();
        reader.expect("AS");
        var type = new StringBuilder();
        while (!reader.is(")")) {
            if (reader.is("(")) {
                reader.skipGroup();
            } else {
                type.append(type.isEmpty() ? "" : " ").append(reader.name());
            }
        }
        reader.expect(")");
        return new Expr.Cast(value, type.toString());
    }
}
