package io.mlxmanager.serve.generate;

import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.chat.Prompt;
import io.mlxmanager.chat.Sampling;
import io.mlxmanager.chat.constraint.GrammarException;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.Generation;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.engine.Share;
import io.mlxmanager.engine.sample.SamplingOptions;
import io.mlxmanager.engine.sample.TokenConstraint;
import io.mlxmanager.engine.sample.Xtc;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.pool.ModelPool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** From a plan to running generations, once the model is there and then the room for their contexts. Used once. */
final class Beginning {

    /** Characters; vocabularies of today end at 128, for runs of blanks. */
    private static final int LONGEST_TOKEN = 256;

    private final Plan plan;
    private EngineModel model;
    private final int context;
    private final Share share;
    private final ConstraintLibrary constraints;
    private final Set<Integer> stopTokens;
    private final List<int[]> prompts;

    /**
     * @param contextLimit where fewer tokens are allowed than the model can
     * @throws Problem 400 when a prompt does not fit the model
     */
    Beginning(Plan plan, EngineModel model, OptionalInt contextLimit, Share share, ConstraintLibrary constraints) {
        int most = model.facts().contextLength();
        this.plan = plan;
        this.model = model;
        this.context = Math.min(most, contextLimit.orElse(most));
        this.share = share;
        this.constraints = constraints;
        this.stopTokens = plan.defaults().stopTokens(model::encode);
        checkBias();
        this.prompts = plan.prompts().stream().map(this::encode).toList();
    }

    /** How many tokens each answer's context shall hold from the beginning. */
    List<Integer> contexts() {
        return prompts.stream()
                .flatMap(prompt ->
                        Collections.nCopies(plan.choices().count(), prompt.length + firstRoom(prompt)).stream())
                .toList();
    }

    /** What is asked for, or the first piece of an answer whose length nobody has said. */
    private int firstRoom(int[] prompt) {
        return Math.min(plan.maxTokens().orElse(GrowingRoom.FIRST), context - prompt.length);
    }

    /**
     * Starts all answers.
     *
     * @param lease with room for the {@link #contexts}
     * @param pool gives more
     * @param tokens hears of them, under their places in the result
     */
    List<Choice> begin(ModelLease lease, ModelPool pool, TokenQueue tokens) {
        // Where it had to wait for room, the model may have been loaded anew meanwhile.
        model = lease.model();
        List<Choice> choices = new ArrayList<>();
        try {
            start(lease, pool, tokens, choices);
        } catch (RuntimeException e) {
            // Those that run already would run on, on a model that nobody holds.
            choices.forEach(Choice::close);
            throw e;
        }
        return choices;
    }

    private void start(ModelLease lease, ModelPool pool, TokenQueue tokens, List<Choice> choices) {
        for (int[] prompt : prompts) {
            for (int i = 0; i < plan.choices().count(); i++) {
                AnswerText text = new AnswerText(
                        model.detokenizer(), plan.stop(), plan.parser().get(), prompt.length);
                Choice choice = new Choice(text, model.tokenizer(), plan.echo() ? prompt : new int[0]);
                Generation generation = lease.generate(request(prompt, i), tokens.listener(choices.size()));
                int most = plan.maxTokens().isPresent() ? firstRoom(prompt) : context - prompt.length;
                choice.runs(
                        generation,
                        new GrowingRoom(
                                (from, to) -> pool.grow(lease, prompt.length + from, prompt.length + to),
                                generation::allow,
                                firstRoom(prompt),
                                most));
                choices.add(choice);
            }
        }
    }

    /** What ends a line or the answer is never excluded. */
    private Xtc xtc() {
        Optional<Sampling.Xtc> asked = plan.sampling().xtc();
        if (asked.isEmpty()) {
            return Xtc.NONE;
        }
        Set<Integer> spared = new HashSet<>(stopTokens);
        IntStream.of(model.encode("\n")).forEach(spared::add);
        return new Xtc((float) asked.get().probability(), (float) asked.get().threshold(), spared);
    }

    private GenerationRequest request(int[] prompt, int choice) {
        SamplingOptions sampling = SamplingRules.resolve(
                        plan.sampling(), plan.defaults().defaults())
                .withXtc(xtc());
        return new GenerationRequest(
                prompt,
                firstRoom(prompt),
                stopTokens,
                sampling.forChoice(choice),
                logprobs(),
                constraint(sampling),
                share);
    }

    private Optional<TokenConstraint> constraint(SamplingOptions sampling) {
        try {
            return plan.constraint().map(grammar -> constraints.of(grammar, model, stopTokens, sampling));
        } catch (GrammarException e) {
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
            refuseHopeless(text.text().length());
            ids = encode(text.text());
        } else {
            ids = ((Prompt.Tokens) prompt).ids().stream().mapToInt(this::known).toArray();
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

    private int[] encode(String text) {
        try {
            return plan.whole() ? model.encodeWhole(text) : model.encode(text);
        } catch (ModelFormatException e) {
            throw Refusals.problem(e);
        }
    }

    /** Whoever sends a whole library need not wait until its tokens have been counted. */
    private void refuseHopeless(int characters) {
        if (characters / LONGEST_TOKEN >= context) {
            throw new Problem(
                    ProblemKind.BAD_REQUEST,
                    "context_length_exceeded",
                    "The prompt has " + characters + " characters; the context is " + context
                            + " tokens, prompt and answer together",
                    null);
        }
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
