package io.syncline.cli.endtoend;

import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.sample.SampleDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Schemas that nobody here wrote, through all stages. */
class SampleSchemaTest {

    @ParameterizedTest
    @EnumSource(names = {"BOOKS", "CHINOOK"})
    void isCarriedWhole(SampleDatabase sample, @TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17")) {
            try (var connection = source.connect()) {
                sample.load(connection);
            }
            new TaskUnderTest(folder, source, destination)
                    .schema(sample.schema())
                    .requireSameAfterCatchingUp();
        }
    }
}
