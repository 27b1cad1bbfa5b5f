package io.syncline.engine.task;

/**
 * What a run remembers from one attempt to the next.
 *
 * @param sharedRetry who shares a database with the task
 * @param destinationCare what was told of the destination's tables
 */
record RunRecall(SharedRetry sharedRetry, DestinationCare destinationCare) {

    /** Of a run that begins. */
    RunRecall() {
        this(new SharedRetry(), new DestinationCare());
    }
}
