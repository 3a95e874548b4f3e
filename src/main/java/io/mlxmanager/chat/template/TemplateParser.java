package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.Statements.Branch;
import io.mlxmanager.chat.template.Statements.Captured;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the statements of a template. Used once. */
final class TemplateParser {

    private static final int DEEPEST = 60;

    private final TokenStream stream;
    private final ExpressionParser expressions;
    private int depth;
    private int loops;

    TemplateParser(String source) {
        this.stream = new TokenStream(new Lexer(source).tokens());
        this.expressions = new ExpressionParser(stream);
    }

    List<Statement> parse() {
        return statements(Set.of());
    }

    /** Statements up to the tag that begins with one of the names, which is left as the current token. */
    private List<Statement> statements(Set<String> ends) {
        depth++;
        if (depth > DEEPEST) {
            throw stream.failure("statements are nested more than " + DEEPEST + " levels deep");
        }
        List<Statement> statements = new ArrayList<>();
        while (!stream.is(Token.Type.END)) {
            Token token = stream.next();
            if (token.type() == Token.Type.DATA) {
                statements.add(new Statements.Data(token.text()));
            } else if (token.type() == Token.Type.VARIABLE_BEGIN) {
                statements.add(new Statements.Print(expressions.expressionOrTuple(true), token.line()));
                stream.expect(Token.Type.VARIABLE_END);
            } else {
                if (stream.is(Token.Type.NAME) && ends.contains(stream.current().text())) {
                    depth--;
                    return statements;
                }
                statements.addAll(statement());
                stream.expect(Token.Type.BLOCK_END);
            }
        }
        if (!ends.isEmpty()) {
            throw stream.failure("Unexpected end of template, looking for " + String.join(" or ", ends));
        }
        depth--;
        return statements;
    }

    /** The body of a block: from the end of its tag to one of the ending tags. */
    private List<Statement> body(String... ends) {
        stream.skipOperator(":");
        stream.expect(Token.Type.BLOCK_END);
        return statements(Set.of(ends));
    }

    /** As {@link #body}, with the one ending tag read too. */
    private List<Statement> wholeBody(String end) {
        List<Statement> body = body(end);
        stream.next();
        return body;
    }

    private List<Statement> statement() {
        Token tag = stream.expect(Token.Type.NAME);
        return switch (tag.text()) {
            case "if" -> List.of(ifStatement(tag.line()));
            case "for" -> List.of(forStatement(tag.line()));
            case "set" -> List.of(set(tag.line()));
            case "macro" -> List.of(macro());
            case "call" -> List.of(call(tag.line()));
            case "filter" -> List.of(filterBlock(tag.line()));
            case "with" -> List.of(with());
            case "block" -> List.of(block());
            case "generation" -> List.of(generation());
            case "print" -> print(tag.line());
            case "break", "continue" -> List.of(jump(tag));
            case "autoescape" -> List.of(autoescape(tag.line()));
            case "include", "import", "from", "extends" -> List.of(otherTemplate(tag));
            default -> throw new TemplateException("Encountered unknown tag '" + tag.text() + "'.", tag.line());
        };
    }

    private Statement ifStatement(int line) {
        List<Branch> branches = new ArrayList<>();
        int branchLine = line;
        while (true) {
            Expression test = expressions.expressionOrTuple(false);
            branches.add(new Branch(test, body("elif", "else", "endif"), branchLine));
            Token end = stream.next();
            if (end.isName("endif")) {
                return new Statements.If(branches, List.of());
            }
            if (end.isName("else")) {
                return new Statements.If(branches, wholeBody("endif"));
            }
            branchLine = end.line();
        }
    }

    private Statement forStatement(int line) {
        Target target = target();
        stream.expectName("in");
        Expression items = expressions.expressionOrTuple(false, "recursive");
        Expression test = stream.skipName("if") ? expressions.expression() : null;
        boolean recursive = stream.skipName("recursive");
        loops++;
        List<Statement> loopBody = body("endfor", "else");
        loops--;
        List<Statement> otherwise = stream.next().isName("else") ? wholeBody("endfor") : List.of();
        return new For(target, items, test, recursive, loopBody, otherwise, line);
    }

    private Statement set(int line) {
        Target target = target();
        if (stream.skipOperator("=")) {
            return new Statements.Assign(target, expressions.expressionOrTuple(true), line);
        }
        Expression filters = filters(stream.current().isOperator("|"));
        return new Statements.AssignBlock(target, new Captured(wholeBody("endset"), filters), line);
    }

    private Expression filters(boolean any) {
        if (!any) {
            return null;
        }
        Expression filtered = new Literals.Name(Captured.TEXT);
        do {
            stream.skipOperator("|");
            filtered = expressions.filter(filtered);
        } while (stream.current().isOperator("|"));
        return filtered;
    }

    private Statement filterBlock(int line) {
        Expression filters = filters(true);
        return new Statements.FilterBlock(new Captured(wholeBody("endfilter"), filters), line);
    }

    /** What is assigned to; several with commas between them are unpacked into. */
    private Target target() {
        List<Target> targets = new ArrayList<>();
        boolean comma = false;
        boolean several = false;
        do {
            targets.add(singleTarget());
            comma = stream.skipOperator(",");
            several |= comma;
        } while (comma && !isTargetEnd());
        return several ? new Target.Several(targets) : targets.get(0);
    }

    private boolean isTargetEnd() {
        return stream.current().isName("in")
                || stream.is(Token.Type.BLOCK_END)
                || stream.current().isOperator(")");
    }

    private Target singleTarget() {
        if (stream.skipOperator("(")) {
            Target inner = target();
            stream.expectOperator(")");
            return inner;
        }
        Token name = stream.expect(Token.Type.NAME);
        if (Set.of("true", "false", "none", "True", "False", "None").contains(name.text())) {
            throw new TemplateException("can't assign to '" + name.text() + "'", name.line());
        }
        return stream.skipOperator(".")
                ? new Target.Member(name.text(), stream.expect(Token.Type.NAME).text())
                : new Target.Variable(name.text());
    }

    private Statement macro() {
        String name = stream.expect(Token.Type.NAME).text();
        return new Statements.MacroDefinition(definition(name, "endmacro", true));
    }

    /** Parameters and body of a macro, up to and including its ending tag. */
    private Macro.Definition definition(String name, String end, boolean signature) {
        List<String> parameters = new ArrayList<>();
        List<Expression> defaults = new ArrayList<>();
        if (signature) {
            signature(parameters, defaults);
        }
        return finish(name, parameters, defaults, end);
    }

    private Macro.Definition finish(String name, List<String> parameters, List<Expression> defaults, String end) {
        int outerLoops = loops;
        loops = 0;
        List<Statement> body = wholeBody(end);
        loops = outerLoops;
        Set<String> used = new HashSet<>();
        TemplateNames.used(body, used);
        return new Macro.Definition(
                name,
                parameters,
                defaults,
                body,
                used.contains("caller"),
                used.contains("kwargs"),
                used.contains("varargs"));
    }

    private void signature(List<String> parameters, List<Expression> defaults) {
        stream.expectOperator("(");
        while (!stream.current().isOperator(")")) {
            if (!parameters.isEmpty()) {
                stream.expectOperator(",");
            }
            parameters.add(stream.expect(Token.Type.NAME).text());
            if (stream.skipOperator("=")) {
                defaults.add(expressions.expression());
            } else if (!defaults.isEmpty()) {
                throw stream.failure("non-default argument follows default argument");
            }
        }
        stream.expectOperator(")");
        int caller = parameters.indexOf("caller");
        if (caller >= 0 && caller < parameters.size() - defaults.size()) {
            throw stream.failure("the special parameter 'caller' needs a default");
        }
    }

    private Statement call(int line) {
        List<String> parameters = new ArrayList<>();
        List<Expression> defaults = new ArrayList<>();
        if (stream.current().isOperator("(")) {
            signature(parameters, defaults);
        }
        if (!(expressions.expression() instanceof Access.Call call)) {
            throw new TemplateException("expected call", line);
        }
        return new Statements.CallBlock(finish("caller", parameters, defaults, "endcall"), call);
    }

    private Statement with() {
        List<Target> targets = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!stream.is(Token.Type.BLOCK_END)) {
            if (!targets.isEmpty()) {
                stream.expectOperator(",");
            }
            targets.add(target());
            stream.expectOperator("=");
            values.add(expressions.expression());
        }
        return new Statements.With(targets, values, wholeBody("endwith"));
    }

    private Statement block() {
        String name = stream.expect(Token.Type.NAME).text();
        stream.skipName("scoped");
        stream.skipName("required");
        Statement block = new Statements.Block(wholeBody("endblock"));
        stream.skipName(name);
        return block;
    }

    /** Marks what the model itself wrote, for training; for a prompt it is a scope and nothing more. */
    private Statement generation() {
        int outerLoops = loops;
        loops = 0;
        Statement block = new Statements.With(List.of(), List.of(), wholeBody("endgeneration"));
        loops = outerLoops;
        return block;
    }

    private Statement autoescape(int line) {
        Expression on = expressions.expression();
        if (!(on instanceof Literals.Constant constant) || !Boolean.FALSE.equals(constant.value())) {
            throw new TemplateException("autoescape is only supported as false", line);
        }
        return new Statements.With(List.of(), List.of(), wholeBody("endautoescape"));
    }

    private List<Statement> print(int line) {
        List<Statement> prints = new ArrayList<>();
        while (!stream.is(Token.Type.BLOCK_END)) {
            if (!prints.isEmpty()) {
                stream.expectOperator(",");
            }
            prints.add(new Statements.Print(expressions.expression(), line));
        }
        return prints;
    }

    private Statement jump(Token tag) {
        if (loops == 0) {
            throw new TemplateException("'" + tag.text() + "' outside loop", tag.line());
        }
        return new Statements.Jump(tag.isName("break") ? Statement.Flow.BREAK : Statement.Flow.CONTINUE);
    }

    private Statement otherTemplate(Token tag) {
        Expression template = expressions.expression();
        while (!stream.is(Token.Type.BLOCK_END) && !stream.is(Token.Type.END)) {
            stream.next();
        }
        return new Statements.NeedsOtherTemplate(tag.text(), template, tag.line());
    }
}
