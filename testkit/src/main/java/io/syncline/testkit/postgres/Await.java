package io.syncline.testkit.postgres;

import java.time.Duration;

/** Waits for conditions; a test never sleeps for a guessed time. */
public final class Await {

    private static final Duration POLL = Duration.ofMillis(10);

    private Await() {}

    /** A condition that may ask a database. */
    @FunctionalInterface
    public interface Condition {
        /** Whether it holds now. */
        boolean holds() throws Exception;
    }

    /**
     * Returns once a condition holds.
     *
     * @param what the condition in words, for the failure
     * @throws AssertionError when it does not hold before the limit has passed
     */
    public static void until(String what, Duration limit, Condition condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!condition.holds()) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("Not within " + limit.toMillis() + " ms: " + what);
                }
                Thread.sleep(POLL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting: " + what, e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("Failed while waiting: " + what, e);
        }
    }
}
