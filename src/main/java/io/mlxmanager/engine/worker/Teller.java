package io.mlxmanager.engine.worker;

import io.mlxmanager.engine.GenerationEnd;
import io.mlxmanager.engine.GenerationListener;
import io.mlxmanager.engine.sample.TokenLogprobs;
import java.util.Optional;

/** Tells the server what one generation says. Called by the engine thread; {@link #known} by the one that started it. */
final class Teller implements GenerationListener {

    private final long generation;
    private final FrameLink<?, Report> link;
    private final Runnable forget;
    private boolean known;
    private boolean over;

    /** @param forget called once, at the end, when the generation was known */
    Teller(long generation, FrameLink<?, Report> link, Runnable forget) {
        this.generation = generation;
        this.link = link;
        this.forget = forget;
    }

    /** The generation is in the books; it may have ended before. */
    synchronized void known() {
        known = true;
        if (over) {
            forget.run();
        }
    }

    private synchronized void end(Report last) {
        link.send(last);
        over = true;
        if (known) {
            forget.run();
        }
    }

    @Override
    public void started(int cachedTokens) {
        link.send(new Report.Begun(generation, cachedTokens));
    }

    @Override
    public void promptToken(TokenLogprobs logprobs) {
        link.send(new Report.PromptToken(generation, logprobs));
    }

    @Override
    public void token(int id) {
        link.send(new Report.Token(generation, id, Optional.empty()));
    }

    @Override
    public void token(int id, TokenLogprobs logprobs) {
        link.send(new Report.Token(generation, id, Optional.of(logprobs)));
    }

    @Override
    public void finished(GenerationEnd end) {
        end(new Report.Finished(generation, end));
    }

    @Override
    public void failed(RuntimeException cause) {
        end(new Report.Failed(generation, Failure.of(cause)));
    }
}
