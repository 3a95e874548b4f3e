package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.constraint.GrammarException;
import io.mlxmanager.chat.family.ChatFormat;
import io.mlxmanager.chat.template.TemplateException;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.manage.catalog.CatalogModel;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How each model is talked to: its template, compiled once, and its own defaults. A folder that changed on disk is read
 * again. Any thread.
 */
@ApplicationScoped
public class PromptLibrary {

    /** What was read of a folder, and when its configuration was written. */
    private record Known(FileTime written, ChatFormat format, GenerationDefaults defaults) {}

    private final Map<Path, Known> known = new ConcurrentHashMap<>();
    private final Clock clock = Clock.system(ZoneId.systemDefault());

    /**
     * Renders a conversation for a model.
     *
     * @throws Problem 400 when the model cannot chat, or its template fails or refuses the conversation; 500 when a file of its
     *     folder cannot be read
     */
    ChatPrompt render(CatalogModel model, ChatRequest request) {
        Known manners = manners(model);
        try {
            String text = manners.format.prompt(request, clock);
            return new ChatPrompt(
                    text,
                    manners.defaults,
                    () -> manners.format.parser(request, text),
                    manners.format.constraint(request, text));
        } catch (GrammarException e) {
            throw Refusals.problem(e);
        } catch (TemplateException e) {
            throw new Problem(
                    ProblemKind.BAD_REQUEST,
                    "template_error",
                    "The model's chat template cannot render this conversation: " + e.getMessage(),
                    e);
        }
    }

    /**
     * How a model is talked to.
     *
     * @throws Problem 400 when the model cannot chat, or its template is not usable
     */
    public ChatFormat format(CatalogModel model) {
        return manners(model).format;
    }

    private Known manners(CatalogModel model) {
        FileTime written = written(model.folder());
        Known current = known.get(model.folder());
        if (current == null || !current.written.equals(written)) {
            ChatFormat format = read(model);
            current = new Known(written, format, defaults(model).withEndTokens(format.endTokens()));
            known.put(model.folder(), current);
        }
        return current;
    }

    private static GenerationDefaults defaults(CatalogModel model) {
        try {
            return GenerationDefaults.read(model.folder());
        } catch (ModelFormatException e) {
            throw Refusals.problem(e);
        }
    }

    private static ChatFormat read(CatalogModel model) {
        try {
            return ChatFormat.read(model.folder())
                    .orElseThrow(() -> new Problem(
                            ProblemKind.BAD_REQUEST,
                            "model_cannot_chat",
                            "The model '" + model.id() + "' has no chat template",
                            null));
        } catch (TemplateException e) {
            throw new Problem(
                    ProblemKind.BAD_REQUEST,
                    "template_error",
                    "The chat template of '" + model.id() + "' is not usable: " + e.getMessage(),
                    e);
        }
    }

    private static FileTime written(Path folder) {
        try {
            return Files.getLastModifiedTime(folder.resolve("config.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
