package io.syncline.cli.history;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

/**
 * I3: whatever is written, from the moment the task streams on every commit at the destination leaves all of its tables together in a state that the source had, each one
 * no older than the one before; also when runs of the task die.
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

    @Property(tries = 24, edgeCases = EdgeCasesMode.NONE)
    void i3EveryCommitIsAStateOfTheSource(@ForAll("lively") History history) {
        ends.carry(history);
    }

    @Property(tries = 6, edgeCases = EdgeCasesMode.NONE)
    void i2EveryCommitIsAStateOfTheSourceThoughRunsDie(@ForAll("dying") History history) {
        carryDying(history);
    }

    @Tag("slow")
    @Property(tries = 900, edgeCases = EdgeCasesMode.NONE)
    void nineHundred(@ForAll("lively") History history) {
        ends.carry(history);
    }

    @Tag("slow")
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void twoHundredDying(@ForAll("dying") History history) {
        carryDying(history);
    }

    private static void carryDying(History history) {
        Statistics.label("runs that died").collect(ends.carry(history));
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
