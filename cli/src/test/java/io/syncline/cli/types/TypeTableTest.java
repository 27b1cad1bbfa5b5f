package io.syncline.cli.types;

import io.syncline.cli.types.TypeScript.Step;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each literal of {@code types.txt} as a value, as a key and in a table without key: loaded, and written in every way in which changes are applied (T14, T15, T16, T45). */
class TypeTableTest {

    /** More changes of one table than go as parameters. */
    private static final int MANY = 2_200;

    @ParameterizedTest
    @CsvSource("12, 18")
    void fewAtATime(String source, String destination, @TempDir Path folder) throws SQLException {
        few(source, destination, folder);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"15, 15", "9.6, 18", "10, 12", "18, 18"})
    void fewAtATimeBetweenOthers(String source, String destination, @TempDir Path folder) throws SQLException {
        few(source, destination, folder);
    }

    /** One step in each run, so that what goes before it is committed and nothing of it cancels out. */
    private static void few(String source, String destination, Path folder) throws SQLException {
        try (TypePair pair = new TypePair(folder, source, destination)) {
            pair.load();
            for (Step step : Step.values()) {
                if (step != Step.INSERT) {
                    pair.carry(step, 1);
                }
            }
            pair.carry(Step.INSERT, 1);
            pair.carryOneByOne(Step.UPDATE, 1);
            pair.carryOneByOne(Step.TWINS, 1);
            pair.carryOneByOne(Step.MOVE, 1);
            pair.carryOneByOne(Step.DELETE, 1);
            pair.carryOneByOne(Step.EMPTY, 1);
            pair.carryOneByOne(Step.INSERT, 1);
            pair.requireNoDifference();
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"12, 18", "15, 15", "9.6, 18"})
    void manyAtATime(String source, String destination, @TempDir Path folder) throws SQLException {
        try (TypePair pair = new TypePair(folder, source, destination)) {
            pair.load();
            pair.carry(Step.EMPTY, 1);
            for (Step step : Step.values()) {
                pair.carry(step, MANY);
            }
            pair.requireNoDifference();
        }
    }
}
