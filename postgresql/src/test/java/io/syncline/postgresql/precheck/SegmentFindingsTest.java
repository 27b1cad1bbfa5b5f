package io.syncline.postgresql.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckItem.Result;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** One finding out of those of all segments. */
class SegmentFindingsTest {

    private static final Finding LOGICAL = Finding.passed("wal_level is logical.");
    private static final Finding REPLICA = Finding.failed("wal_level is replica.", "Why.", "gpconfig");

    @Test
    void theSegmentsThatFallShortAreNamed() {
        Finding found = together(Map.of(0, LOGICAL, 1, REPLICA, 2, REPLICA));
        assertThat(found).isEqualTo(Finding.failed("On segments 1, 2: wal_level is replica.", "Why.", "gpconfig"));
        assertThat(together(Map.of(0, LOGICAL, 1, REPLICA)).found()).isEqualTo("On segment 1: wal_level is replica.");
    }

    @Test
    void theWorstFindingIsTheirs() {
        Finding scarce = Finding.warning("1 free.", "Scarce.", "more");
        assertThat(together(Map.of(0, scarce, 1, LOGICAL)).result()).isEqualTo(Result.WARNING);
        assertThat(together(Map.of(0, scarce, 1, REPLICA)).found()).isEqualTo("On segment 1: wal_level is replica.");
    }

    @Test
    void whatHoldsEverywhereIsSaidOnce() {
        assertThat(together(Map.of(0, LOGICAL, 1, LOGICAL)))
                .isEqualTo(Finding.passed("On every segment: wal_level is logical."));
        assertThat(together(Map.of(0, Finding.passed("5 free."), 1, Finding.passed("6 free.")))
                        .found())
                .isEqualTo("On segment 0: 5 free. On segment 1: 6 free.");
    }

    /** What an administrator copies: settings of a cluster are changed for all of its segments. */
    @Test
    void settingsAreChangedByTheClustersOwnTool() {
        assertThat(SettingRemedy.CLUSTER.restarting("wal_level", "logical"))
                .isEqualTo("gpconfig -c wal_level -v logical\ngpstop -ar");
        assertThat(SettingRemedy.CLUSTER.change("wal_sender_timeout", "'60s'"))
                .isEqualTo("gpconfig -c wal_sender_timeout -v 60s");
        assertThat(SettingRemedy.SERVER.restarting("wal_level", "logical"))
                .isEqualTo("ALTER SYSTEM SET wal_level = logical;\n-- then restart the server");
    }

    private static Finding together(Map<Integer, Finding> found) {
        return SegmentFindings.together(new TreeMap<>(found));
    }
}
