package dev.ferryman.schemachange.internal.rules;

import dev.ferryman.schemachange.Answer;
import dev.ferryman.schemachange.internal.parse.Tree;
import dev.ferryman.schemachange.internal.target.Catalog;
import dev.ferryman.schemachange.internal.target.Volatility;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for functions whose answer changes. */
final class Expressions {
    /**
     * A function in an expression.
     *
     * @param name as SQL writes it
     * @param volatility what it may do
     * @param at where it is
     */
    record Call(String name, Volatility volatility, Tree at) {}

    private Expressions() {}

    /** Every function that an expression calls. */
    static List<Call> calls(Tree expression, Catalog catalog) {
        List<Call> calls = new ArrayList<>();
        expression.walk(node -> {
            if (node.is("FuncCall")) {
                String name = node.names("funcname").getLast();
                calls.add(new Call(name + "()", catalog.volatility(name), node));
            } else if (node.is("SQLValueFunction")) {
                calls.add(new Call(valueName(node), Volatility.STABLE, node));
            }
        });
        return calls;
    }

    private static String valueName(Tree node) {
        String operation = node.text("op");
        return operation.startsWith("SVFOP_") ? operation.substring("SVFOP_".length()) : operation;
    }

    /** Whether the expression may differ from row to row. */
    static Answer changes(Tree expression, Catalog catalog) {
        return calls(expression, catalog).stream().map(call -> call.volatility().changes())
                .reduce(Answer.NO, Answer::or);
    }

    /** The first call that is certainly, or else possibly, not immutable. */
    static Optional<Call> firstMutable(Tree expression, Catalog catalog) {
        List<Call> calls = calls(expression, catalog);
        return calls.stream().filter(call -> call.volatility().mutable() == Answer.YES).findFirst()
                .or(() -> calls.stream().filter(call -> call.volatility().mutable() == Answer.DEPENDS
                        && catalog.live()).findFirst());
    }

    /** The column of an expression that is nothing but {@code column IS NOT NULL}, empty for any other. */
    static String notNullColumn(Tree expression) {
        if (!expression.is("NullTest") || !expression.text("nulltesttype").equals("IS_NOT_NULL")) {
            return "";
        }
        return expression.child("arg").filter(argument -> argument.is("ColumnRef"))
                .map(column -> column.names("fields")).filter(names -> names.size() == 1).map(List::getFirst)
                .orElse("");
    }
}
