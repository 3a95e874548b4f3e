package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.chat.Prompt;
import io.mlxmanager.chat.constraint.GrammarException;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.engine.sample.TokenConstraint;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.serve.pool.ModelLease;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** From a plan to running generations, once the model is there. Used once. */
final class Beginning {

    private final Plan plan;
    private final EngineModel model;
    private final int context;
    private final String tenant;
    private final ConstraintLibrary constraints;
    private final Set<Integer> stopTokens;

    /** @param contextLimit where fewer tokens are allowed than the model can */
    Beginning(Plan plan, EngineModel model, OptionalInt contextLimit, String tenant, ConstraintLibrary constraints) {
        int most = model.facts().contextLength();
        this.plan = plan;
        this.model = model;
        this.context = Math.min(most, contextLimit.orElse(most));
        this.tenant = tenant;
        this.constraints = constraints;
        this.stopTokens = plan.defaults().stopTokens(model::encode);
    }

    /**
     * Starts all answers, none if one of them cannot be.
     *
     * @param tokens hears of them, under their places in the result
     * @throws Problem 400 when a prompt does not fit the model
     */
    List<Choice> begin(ModelLease lease, TokenQueue tokens) {
        checkBias();
        List<int[]> prompts = plan.prompts().stream().map(this::encode).toList();
        List<Choice> choices = new ArrayList<>();
        for (int[] prompt : prompts) {
            for (int i = 0; i < plan.choices().count(); i++) {
                AnswerText text = new AnswerText(
                        model.detokenizer(), plan.stop(), plan.parser().get(), prompt.length);
                Choice choice = new Choice(text, model.tokenizer(), plan.echo() ? prompt : new int[0]);
                choice.runs(lease.generate(request(prompt, i), tokens.listener(choices.size())));
                choices.add(choice);
            }
        }
        return choices;
    }

    private GenerationRequest request(int[] prompt, int choice) {
        SamplingOptions sampling =
                SamplingRules.resolve(plan.sampling(), plan.defaults().defaults());
        return new GenerationRequest(
                prompt,
                Math.min(plan.maxTokens().orElse(context), context - prompt.length),
                stopTokens,
                sampling.forChoice(choice),
                logprobs(),
                constraint(sampling),
                tenant);
    }

    private Optional<TokenConstraint> constraint(SamplingOptions sampling) {
        try {
            return plan.constraint()
                    .map(grammar -> constraints.of(grammar, model, stopTokens, sampling));
        } catch (GrammarException | ModelFormatException e) {
            throw Refusals.problem(e);
        }
    }

    private Optional<GenerationRequest.Logprobs> logprobs() {
        OptionalInt top = plan.choices().topLogprobs();
        return top.isPresent()
                ? Optional.of(new GenerationRequest.Logprobs(top.getAsInt(), plan.echo()))
                : Optional.empty();
    }

    private int[] encode(Prompt prompt) {
        int[] ids;
        if (prompt instanceof Prompt.Text text) {
            ids = plan.whole() ? model.tokenizer().encodeWhole(text.text()) : model.encode(text.text());
        } else {
            ids = ((Prompt.Tokens) prompt)
                    .ids().stream().mapToInt(this::known).toArray();
        }
        if (ids.length == 0) {
            throw Problem.badRequest("The prompt is empty");
        }
        if (ids.length >= context) {
            throw new Problem(
                    ProblemKind.BAD_REQUEST,
                    "context_length_exceeded",
                    "The prompt has " + ids.length + " tokens; the context is " + context
                            + " tokens, prompt and answer together",
                    null);
        }
        return ids;
    }

    private int known(int id) {
        return known("prompt", id);
    }

    private void checkBias() {
        plan.sampling().logitBias().keySet().forEach(id -> known("logit_bias", id));
    }

    private int known(String field, int id) {
        int size = model.facts().vocabularySize();
        if (id < 0 || id >= size) {
            String message = field + " names the token " + id + "; the model knows 0 to " + (size - 1);
            throw new WrongField(new FieldError(field, message));
        }
        return id;
    }
}
