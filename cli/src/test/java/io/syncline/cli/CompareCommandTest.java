package io.syncline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.TableId;
import io.syncline.engine.verify.CompareOptions;
import io.syncline.engine.verify.CompareReport;
import io.syncline.engine.verify.Difference;
import io.syncline.engine.verify.TableResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code compare} tells of differences, in words and to programs. */
class CompareCommandTest {

    private CommandsUnderTest commands;

    @BeforeEach
    void write(@TempDir Path folder) throws IOException {
        commands = new CommandsUnderTest(folder);
    }

    @Test
    void compareEndsWith5AndTheKeysThatDiffer() {
        commands.useCases().compare = differences();

        assertThat(commands.run("compare", commands.file())).isEqualTo(5);
        assertThat(commands.printed()).isEqualTo("""
                same      public.a: 3 rows
                DIFFERENT public.b -> archive.b: 5 rows at the source, 4 at the destination
                            missing at the destination: id=7
                            other values: id=8: note, price
                            and 2 more
                3 rows differ, 1 changed faster than they could be compared, in 8 rows of 2 tables.
                """);
        assertThat(commands.useCases().asked).containsExactly(CompareOptions.DEFAULT);
    }

    @Test
    void compareTellsPrograms() {
        commands.useCases().compare = differences();

        assertThat(commands.run(
                        "compare",
                        commands.file(),
                        "--show-keys",
                        "hash",
                        "--show-values",
                        "--max-differences",
                        "2",
                        "--json"))
                .isEqualTo(5);
        assertThat(commands.printed()).isEqualTo("""
                {"event":"compareTable","source":"public.a","destination":"public.a","same":true,"sourceRows":3,"destinationRows":3,"differing":0,"unsettled":0,"rows":[]}
                {"event":"compareTable","source":"public.b","destination":"archive.b","same":false,"sourceRows":5,"destinationRows":4,"differing":3,"unsettled":1,"rows":[{"kind":"missing","key":"id=7","columns":[]},{"kind":"changed","key":"id=8","columns":["note","price"]}]}
                {"event":"compare","same":false,"followed":true,"tables":2,"rows":8,"differing":3,"unsettled":1}
                """);
        assertThat(commands.useCases().asked)
                .containsExactly(new CompareOptions(CompareOptions.ShowKeys.HASH, true, 2));
    }

    @Test
    void compareEndsWithZeroWithoutDifferences() {
        assertThat(commands.run("compare", commands.file())).isZero();
        assertThat(commands.printed()).isEqualTo("No differences in 0 rows of 0 tables.\n");
    }

    private static CompareReport differences() {
        TableId a = new TableId("shop", "public", "a");
        return new CompareReport(
                List.of(
                        new TableResult(a, new TableId("copy", "public", "a"), 3, 3, 0, 0, List.of()),
                        new TableResult(
                                new TableId("shop", "public", "b"),
                                new TableId("copy", "archive", "b"),
                                5,
                                4,
                                3,
                                1,
                                List.of(
                                        new Difference(Difference.Kind.MISSING, "id=7", List.of()),
                                        new Difference(Difference.Kind.CHANGED, "id=8", List.of("note", "price"))))),
                true);
    }
}
