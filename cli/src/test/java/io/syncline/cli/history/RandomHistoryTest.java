package io.syncline.cli.history;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * I3: whatever is written, from the moment the task streams on every commit at the destination leaves all of its tables together in a state that the source had, each one
 * no older than the one before; also when runs of the task die.
 *
 * <p>Failures are not shrunk: a history that is given up while it is carried would go on in the databases of the next one.
 */
class RandomHistoryTest {

    @SuppressWarnings("NullAway.Init") // made before the first property
    private static HistoryEnds ends;

    @BeforeContainer
    static void start() {
        ends = new HistoryEnds("15", "15");
    }

    @AfterContainer
    static void stop() {
        ends.close();
    }

    @Property(tries = 16, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void i3EveryCommitIsAStateOfTheSource(@ForAll("lively") History history) {
        ends.carry(history);
    }

    @Property(tries = 6, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void i2EveryCommitIsAStateOfTheSourceThoughRunsDie(@ForAll("dying") History history) {
        ends.carry(history);
    }

    @Tag("slow")
    @Property(tries = 900, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void nineHundred(@ForAll("lively") History history) {
        ends.carry(history);
    }

    @Tag("slow")
    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void aHundredAndFiftyDying(@ForAll("dying") History history) {
        ends.carry(history);
    }

    @Provide
    static Arbitrary<History> lively() {
        return Histories.dyingAtMost(0);
    }

    @Provide
    static Arbitrary<History> dying() {
        return Histories.dyingAtMost(3);
    }
}
