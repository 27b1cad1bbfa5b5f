package io.syncline.engine.simulation;

import io.syncline.api.task.Tuning;
import io.syncline.testkit.memory.source.LogOrder;
import io.syncline.testkit.memory.source.MemoryServer;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What one seed decides once and for all.
 *
 * @param transactions how many the writers commit while the task runs
 * @param rowsBefore how many transactions there were before the task starts
 * @param writerPause one in so many polls has a source commit before it
 * @param trouble failures, crashes, stops and takeovers
 * @param endsIdleSessions whether a takeover ends sessions without a transaction
 */
record Scenario(
        MemoryServer.Traits traits,
        Tuning tuning,
        int transactions,
        int rowsBefore,
        int writerPause,
        Trouble trouble,
        boolean endsIdleSessions) {

    /**
     * @param count how often something befalls the task
     * @param pause one in so many port calls is disturbed
     */
    record Trouble(int count, int pause) {}

    static Scenario of(Chance chance) {
        MemoryServer.Traits traits = new MemoryServer.Traits(
                chance.pick(LogOrder.values()),
                chance.oneIn(2),
                chance.oneIn(3),
                chance.oneIn(2),
                chance.between(1, 4));
        Tuning tuning = new Tuning(
                OptionalInt.of(chance.between(1, 3)),
                chance.oneIn(4) ? OptionalLong.empty() : OptionalLong.of(chance.between(100, 600)),
                chance.between(1, 2),
                chance.between(500, 20_000),
                chance.between(1, 60),
                Duration.ofMillis(chance.between(0, 50)),
                chance.between(300, 20_000));
        return new Scenario(
                traits,
                tuning,
                chance.between(5, 60),
                chance.between(0, 40),
                chance.pick(2, 5, 15, 40),
                new Trouble(chance.oneIn(5) ? 0 : chance.between(1, 12), chance.pick(10, 40, 100, 200)),
                chance.oneIn(2));
    }
}
