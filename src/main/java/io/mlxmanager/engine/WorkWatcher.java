package io.mlxmanager.engine;

import java.nio.file.Path;

/** Hears what the engine's thread works on. Called by that thread before each piece of work, so it must be quick. */
public interface WorkWatcher {

    /** Nobody wants to know. */
    WorkWatcher NOBODY = new WorkWatcher() {
        @Override
        public void worksOn(Path model) {
            // Nobody is told.
        }

        @Override
        public void rests() {
            // Nobody is told.
        }
    };

    /** @param model the folder that it was or is being loaded from */
    void worksOn(Path model);

    /** There is nothing to do. */
    void rests();
}
