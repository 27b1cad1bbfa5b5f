package io.syncline.engine.simulation;

/** The process is gone: nothing of it runs any more. */
final class SimulatedCrash extends Error {

    private static final long serialVersionUID = 1L;

    SimulatedCrash(String where) {
        super(where, null, false, false);
    }
}
