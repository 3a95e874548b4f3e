package io.mlxmanager.chat.family;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.ToolChoice;
import io.mlxmanager.chat.constraint.Grammar;
import io.mlxmanager.chat.parse.AnswerParser;
import io.mlxmanager.chat.parse.CallIds;
import io.mlxmanager.chat.template.TemplateFiles;
import io.mlxmanager.chat.template.TemplateOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How one model is talked to: conversation to prompt, and text back to events. Made once per model; immutable and
 * thread-safe.
 */
public final class ChatFormat {

    private final Dialect plain;
    private final Dialect withTools;
    private final Supplier<String> callIds = new CallIds();

    private ChatFormat(Dialect plain, Dialect withTools) {
        this.plain = plain;
        this.withTools = withTools;
    }

    /**
     * Reads the templates of a model folder.
     *
     * @return empty when the model has no chat template and so cannot chat
     * @throws io.mlxmanager.chat.template.TemplateException when a template cannot be read or compiled
     */
    public static Optional<ChatFormat> read(Path folder) {
        return of(TemplateFiles.read(folder));
    }

    /** As {@link #read}, from files that were read before. */
    public static Optional<ChatFormat> of(TemplateFiles files) {
        return files.source(false).or(() -> files.source(true)).map(source -> {
            Dialect plain = Dialect.of(source, files.specialTokens());
            String toolSource = files.source(true).orElse(source);
            boolean same = toolSource.equals(source);
            return new ChatFormat(plain, same ? plain : Dialect.of(toolSource, files.specialTokens()));
        });
    }

    /**
     * The prompt, with special tokens written out, ending where the model's answer begins, or in it where the conversation
     * ends with words of the assistant.
     *
     * @param clock for templates that mention the date, in its zone
     * @throws io.mlxmanager.chat.template.TemplateException when the template fails or refuses the conversation
     */
    public String prompt(ChatRequest request, Clock clock) {
        Dialect dialect = dialectFor(request);
        return BegunAnswer.of(request)
                .map(begun -> begun.after(dialect.prompt(begun.asked(), clock), dialect))
                .orElseGet(() -> dialect.prompt(request, clock));
    }

    /**
     * A parser for the answer to one request.
     *
     * @param prompt as {@link #prompt} made it; it may leave thinking open
     */
    public AnswerParser parser(ChatRequest request, String prompt) {
        return parser(request, prompt, callIds);
    }

    /** As {@link #parser(ChatRequest, String)}, with ids of the calls as the supplier has them. */
    AnswerParser parser(ChatRequest request, String prompt, Supplier<String> ids) {
        return dialectFor(request).parser(request, prompt, ids);
    }

    /**
     * What the answer to one request is kept to, thinking before it included.
     *
     * @param prompt as {@link #prompt} made it; it may leave thinking open
     * @return empty when the answer is free
     * @throws io.mlxmanager.chat.constraint.GrammarException when calls are demanded that cannot be enforced
     */
    public Optional<Grammar> constraint(ChatRequest request, String prompt) {
        Dialect dialect = dialectFor(request);
        boolean harmony = dialect.tools() == ToolSyntax.HARMONY;
        Optional<Grammar> calls = calls(request, dialect.tools());
        Optional<Grammar> wanted =
                request.form().map(form -> harmony ? form.withRoot(Thinking.finalMessage(form.root())) : form);
        if (request.toolChoice() instanceof ToolChoice.Required || request.toolChoice() instanceof ToolChoice.Named) {
            wanted = calls;
        } else if (wanted.isPresent() && calls.isPresent()) {
            wanted = Optional.of(wanted.get().or(calls.get()));
        }
        if (wanted.isPresent() && BegunAnswer.of(request).isPresent()) {
            throw BegunAnswer.formRefused();
        }
        Thinking thinking = new Thinking(dialect.thinkTags());
        return wanted.map(grammar -> grammar.withRoot(
                harmony ? Thinking.analysisBefore(grammar.root()) : thinking.before(grammar.root(), prompt)));
    }

    /** The calls that are demanded, or that are allowed beside an answer with a form. */
    private static Optional<Grammar> calls(ChatRequest request, ToolSyntax syntax) {
        List<Tool> tools = request.offeredTools();
        if (request.toolChoice() instanceof ToolChoice.Named named) {
            return Optional.of(ForcedCalls.of(
                    syntax,
                    tools.stream()
                            .filter(tool -> tool.name().equals(named.name()))
                            .toList(),
                    false));
        }
        boolean demanded = request.toolChoice() instanceof ToolChoice.Required;
        if (!demanded && (tools.isEmpty() || request.form().isEmpty() || syntax == ToolSyntax.NONE)) {
            return Optional.empty();
        }
        return Optional.of(ForcedCalls.of(syntax, tools, request.parallelCalls()));
    }

    private Dialect dialectFor(ChatRequest request) {
        boolean calls = request.messages().stream()
                .anyMatch(message ->
                        message.role() == Role.TOOL || !message.toolCalls().isEmpty());
        return calls || !request.offeredTools().isEmpty() ? withTools : plain;
    }

    /** What callers may set, as the template for plain conversations has it. */
    public List<TemplateOption> options() {
        return plain.template().options();
    }

    /** How the model writes tool calls, or is asked to where its template says nothing of tools. */
    public ToolSyntax toolSyntax() {
        return withTools.tools();
    }

    /** Whether the template knows no tools, so that they are described to the model in words. */
    public boolean injectsTools() {
        return withTools.injects();
    }

    /** Texts of tokens that end an answer besides those of the model's configuration; some may be no tokens of the model. */
    public List<String> endTokens() {
        return withTools.endTokens();
    }

    /** Whether the model can think before it answers. */
    public boolean thinks() {
        return plain.thinks();
    }
}
