package io.syncline.cli.history;

import io.syncline.cli.history.Histories.Alterations;
import io.syncline.testkit.seed.Seeds;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * I3: whatever is written, from the moment the task streams on every commit at the destination leaves all of its tables together in a state that the source had, each one
 * no older than the one before; also when tables are altered (T10), and when runs of the task die.
 *
 * <p>A history follows from its seed, which a failure names. The system property {@code syncline.seed} repeats it, {@code syncline.histories} says how many the slow properties take each. Failures
 * are not shrunk: a history that is given up while it is carried would go on in the databases of the next one.
 */
class RandomHistoryTest {

    private static final int MOST_KILLS = 3;
    private static final int MANY = 200;
    private static final int ANY_NUMBER = 100_000;

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

    @Property(tries = 2, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void i3EveryCommitIsAStateOfTheSource(@ForAll("seeds") long seed) {
        carry(Alterations.NONE, 0, seed);
    }

    @Property(tries = 1, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void i2EveryCommitIsAStateOfTheSourceThoughRunsDie(@ForAll("seeds") long seed) {
        carry(Alterations.NONE, MOST_KILLS, seed);
    }

    @Property(tries = 2, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void t10EveryCommitIsAStateOfTheAlteredSource(@ForAll("seeds") long seed) {
        carry(Alterations.FOLLOWED, 0, seed);
    }

    @Property(tries = 1, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void t10EveryCommitIsAStateOfTheAlteredSourceThoughRunsDie(@ForAll("seeds") long seed) {
        carry(Alterations.FOLLOWED, MOST_KILLS, seed);
    }

    /** While a table is loaded anew, or joins, the others are in a state that the source had. */
    @Property(tries = 1, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void t10EveryCommitIsAStateOfTheSourceButForWhatIsLoaded(@ForAll("seeds") long seed) {
        carry(Alterations.LOADED, 0, seed);
    }

    @Property(tries = 1, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void t10EveryCommitIsAStateOfTheSourceButForWhatIsLoadedThoughRunsDie(@ForAll("seeds") long seed) {
        carry(Alterations.LOADED, MOST_KILLS, seed);
    }

    @Tag("slow")
    @Property(
            tries = ANY_NUMBER,
            generation = GenerationMode.EXHAUSTIVE,
            edgeCases = EdgeCasesMode.NONE,
            shrinking = ShrinkingMode.OFF)
    void manyOfRows(@ForAll("manySeeds") long seed) {
        carry(Alterations.NONE, 0, seed);
    }

    @Tag("slow")
    @Property(
            tries = ANY_NUMBER,
            generation = GenerationMode.EXHAUSTIVE,
            edgeCases = EdgeCasesMode.NONE,
            shrinking = ShrinkingMode.OFF)
    void manyOfRowsDying(@ForAll("manySeeds") long seed) {
        carry(Alterations.NONE, MOST_KILLS, seed);
    }

    @Tag("slow")
    @Property(
            tries = ANY_NUMBER,
            generation = GenerationMode.EXHAUSTIVE,
            edgeCases = EdgeCasesMode.NONE,
            shrinking = ShrinkingMode.OFF)
    void manyAltered(@ForAll("manySeeds") long seed) {
        carry(Alterations.FOLLOWED, 0, seed);
    }

    @Tag("slow")
    @Property(
            tries = ANY_NUMBER,
            generation = GenerationMode.EXHAUSTIVE,
            edgeCases = EdgeCasesMode.NONE,
            shrinking = ShrinkingMode.OFF)
    void manyAlteredDying(@ForAll("manySeeds") long seed) {
        carry(Alterations.FOLLOWED, MOST_KILLS, seed);
    }

    @Tag("slow")
    @Property(
            tries = ANY_NUMBER,
            generation = GenerationMode.EXHAUSTIVE,
            edgeCases = EdgeCasesMode.NONE,
            shrinking = ShrinkingMode.OFF)
    void manyLoaded(@ForAll("manySeeds") long seed) {
        carry(Alterations.LOADED, 0, seed);
    }

    @Tag("slow")
    @Property(
            tries = ANY_NUMBER,
            generation = GenerationMode.EXHAUSTIVE,
            edgeCases = EdgeCasesMode.NONE,
            shrinking = ShrinkingMode.OFF)
    void manyLoadedDying(@ForAll("manySeeds") long seed) {
        carry(Alterations.LOADED, MOST_KILLS, seed);
    }

    @Provide
    static Arbitrary<Long> seeds() {
        Long given = Long.getLong(Seeds.PROPERTY);
        return given == null
                ? Arbitraries.longs().withDistribution(RandomDistribution.uniform())
                : Arbitraries.just(given);
    }

    @Provide
    static Arbitrary<Long> manySeeds() {
        Long given = Long.getLong(Seeds.PROPERTY);
        Random random = new Random();
        return given != null
                ? Arbitraries.just(given)
                : Arbitraries.of(Stream.generate(random::nextLong)
                        .limit(Integer.getInteger("syncline.histories", MANY))
                        .toList());
    }

    private static void carry(Alterations alterations, int mostKills, long seed) {
        ends.carry(new Histories(alterations, mostKills), seed);
    }
}
