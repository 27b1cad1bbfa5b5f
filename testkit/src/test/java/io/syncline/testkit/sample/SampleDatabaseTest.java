package io.syncline.testkit.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.digest.SqlDigest;
import io.syncline.testkit.digest.TableDigest;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleDatabaseTest {

    @ParameterizedTest
    @CsvSource({"BOOKS, 12, 11, 100", "BOOKS, 18, 11, 100", "CHINOOK, 12, 11, 15607", "CHINOOK, 18, 11, 15607"})
    void isLoadedWithAllOfItsRows(SampleDatabase sample, String version, int tables, long rows) throws SQLException {
        try (TestDatabase database = SharedPostgres.sourceDatabase(version);
                Sql sql = database.sql()) {
            String searchPath = sql.value("SHOW search_path");
            sample.load(sql.connection());
            assertThat(sql.value("SHOW search_path")).isEqualTo(searchPath);
            assertThat(sql.value("SHOW session_replication_role")).isEqualTo("origin");
            Map<String, TableDigest> digests = SqlDigest.ofSchema(sql.connection(), sample.schema());
            assertThat(digests).hasSize(tables);
            assertThat(digests.values().stream().mapToLong(TableDigest::rows).sum())
                    .isEqualTo(rows);
        }
    }

    @Test
    @Tag("slow")
    void theLargeOneIsLoadedWithAllOfItsRows() throws SQLException {
        isLoadedWithAllOfItsRows(SampleDatabase.FOODMART, "17", 37, 876_042);
    }
}
