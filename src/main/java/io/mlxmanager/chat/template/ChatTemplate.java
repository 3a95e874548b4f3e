package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Budget;
import io.mlxmanager.chat.template.python.PythonException;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * A compiled chat template. Renders as the transformers library does: Jinja in an immutable sandbox, with
 * {@code trim_blocks}, {@code lstrip_blocks}, loop controls, {@code generation} blocks, {@code tojson} without HTML escaping,
 * {@code raise_exception} and {@code strftime_now}. Immutable and thread-safe.
 */
public final class ChatTemplate {

    private static final int LONGEST_SOURCE = 1 << 20;
    private static final long MOST_STEPS = 20_000_000;
    private static final int LONGEST_TEXT = 1 << 24;
    private static final int DEEPEST = 100;
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final String source;
    private final List<Statement> statements;

    private ChatTemplate(String source, List<Statement> statements) {
        this.source = source;
        this.statements = List.copyOf(statements);
    }

    /**
     * Compiles a template.
     *
     * @throws TemplateException with the line, when the template is not valid
     */
    public static ChatTemplate compile(String source) {
        if (source.length() > LONGEST_SOURCE) {
            throw new TemplateException("the template is longer than " + LONGEST_SOURCE + " characters", 0);
        }
        try {
            List<Statement> statements = new TemplateParser(source).parse();
            TemplateNames.check(statements, false);
            return new ChatTemplate(source, statements);
        } catch (StackOverflowError tooDeep) {
            throw new TemplateException("the template is nested too deeply", 0, tooDeep);
        }
    }

    /**
     * Renders the template.
     *
     * @param variables what the template sees, for example {@code messages} and {@code add_generation_prompt}
     * @param clock what {@code strftime_now} reads, in its zone
     * @throws TemplateException with the line, when the template fails, refuses the conversation or costs too much
     */
    public String render(JsonObject variables, Clock clock) {
        Budget budget = new Budget(MOST_STEPS, LONGEST_TEXT, DEEPEST, LONGEST);
        Rendering rendering = new Rendering(budget, Values.variables(variables), Globals.create(budget, clock));
        StringBuilder out = new StringBuilder();
        try {
            Statement.executeAll(statements, new Scope(rendering), out);
        } catch (PythonException failure) {
            throw new TemplateException(failure.getMessage(), rendering.line(), failure);
        } catch (StackOverflowError tooDeep) {
            throw new TemplateException("maximum recursion depth exceeded", rendering.line(), tooDeep);
        }
        return out.toString();
    }

    /** What callers may set, with the defaults that the template itself falls back to, in the order of first use. */
    public List<TemplateOption> options() {
        return TemplateOptions.of(statements);
    }

    /**
     * Whether the template only understands message content as a list of parts, not as text: it walks through the content
     * and nowhere asks what kind of value it is.
     */
    public boolean needsContentParts() {
        return TemplateOptions.needsContentParts(statements);
    }

    /** The template as it was compiled. */
    public String source() {
        return source;
    }
}
