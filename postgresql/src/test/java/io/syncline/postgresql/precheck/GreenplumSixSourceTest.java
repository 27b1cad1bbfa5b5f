package io.syncline.postgresql.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.PrecheckItem.Result;
import io.syncline.testkit.postgres.GreenplumCluster;
import org.junit.jupiter.api.Test;

/** Needs a cluster of Greenplum 6, whose address the environment holds. */
class GreenplumSixSourceTest {

    @Test
    void itIsRefused() {
        try (CheckedCluster cluster = CheckedCluster.open(GreenplumCluster.SIX)) {
            Findings found = cluster.check();
            assertThat(found.ids()).containsExactly("source-connection", "source-version");
            assertThat(found.get("source-version").result()).isEqualTo(Result.FAILED);
            assertThat(found.get("source-version").found()).startsWith("The source is Greenplum 6.");
            assertThat(found.get("source-version").why()).contains("Greenplum 7");
        }
    }
}
