package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.tokenizer.Tokenizer;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.serve.route.ModelRouter;
import io.mlxmanager.serve.route.Route;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Texts to token ids and back, with the tokenizer of a model and without its weights. Any thread. */
@ApplicationScoped
public class TokenService {

    private ModelRouter router;
    private PromptLibrary prompts;
    private TokenizerShelf shelf;

    /** For the container's proxy. */
    protected TokenService() {}

    @Inject
    public TokenService(ModelRouter router, PromptLibrary prompts, TokenizerShelf shelf) {
        this.router = router;
        this.prompts = prompts;
        this.shelf = shelf;
    }

    /**
     * The tokens of the prompt that a request makes.
     *
     * @throws Problem 404 for an unknown model, 400 when its template refuses the conversation
     */
    public List<Integer> encode(ChatRequest request) {
        Route route = router.resolve(request.model());
        ChatPrompt prompt = prompts.render(route.model(), route.complete(request));
        return with(route.model(), tokenizer -> list(tokenizer.encode(prompt.text())));
    }

    /**
     * The tokens of a text.
     *
     * @param whole whether those are added that the tokenizer puts around a text of its own
     * @throws Problem 404 for an unknown model
     */
    public List<Integer> encode(String model, String text, boolean whole) {
        return with(
                router.resolve(model).model(),
                tokenizer -> list(whole ? tokenizer.encodeWhole(text) : tokenizer.encode(text)));
    }

    /**
     * The text of tokens, special ones written out.
     *
     * @throws Problem 404 for an unknown model, 400 for a token that it does not have
     */
    public String decode(String model, List<Integer> ids) {
        CatalogModel found = router.resolve(model).model();
        int size = facts(found).vocabularySize();
        for (int id : ids) {
            if (id < 0 || id >= size) {
                throw new WrongField(
                        new FieldError("tokens", "tokens has " + id + "; the model knows 0 to " + (size - 1)));
            }
        }
        int[] array = ids.stream().mapToInt(Integer::intValue).toArray();
        return with(found, tokenizer -> tokenizer.decode(array, 0, array.length));
    }

    /** Most tokens of prompt and answer together. */
    public int contextLength(String model) {
        Route route = router.resolve(model);
        int most = facts(route.model()).contextLength();
        return Math.min(most, route.contextLength().orElse(most));
    }

    private static ModelFacts facts(CatalogModel model) {
        try {
            return Engine.inspect(model.folder());
        } catch (ModelFormatException e) {
            throw Refusals.problem(e);
        }
    }

    private <T> T with(CatalogModel model, Function<Tokenizer, T> use) {
        try {
            return shelf.use(model.folder(), use);
        } catch (ModelFormatException e) {
            throw Refusals.problem(e);
        }
    }

    private static List<Integer> list(int[] ids) {
        return IntStream.of(ids).boxed().toList();
    }
}
