package io.syncline.engine.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.RetainedLog;
import io.syncline.api.task.SourceLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SourceCareTest {

    private static final long GB = 1L << 30;

    private final List<String> told = new ArrayList<>();
    private Optional<RetainedLog> retained = Optional.empty();
    private final SourceCare care = new SourceCare(() -> retained, SourceLog.DEFAULT, "shop", told::add);

    @Test
    void withoutALimitEachDoublingIsToldOnce() {
        look(9 * GB, null, 0);
        assertThat(told).isEmpty();
        look(11 * GB, null, 0);
        look(19 * GB, null, 0);
        assertThat(told).hasSize(1).first().asString().contains("shop keeps 11.00 GB", "knows no limit", "clean it");
        look(21 * GB, null, 0);
        look(12 * GB, null, 0);
        look(21 * GB, null, 0);
        assertThat(told).hasSize(2);
        look(GB, null, 0);
        assertThat(told).hasSize(3).last().asString().contains("little again");
        look(11 * GB, null, 0);
        assertThat(told).hasSize(4);
    }

    @Test
    void withALimitEachHalvingOfWhatIsLeftIsTold() {
        look(GB, 7 * GB, 0);
        look(3 * GB, 5 * GB, 0);
        assertThat(told).isEmpty();
        look(4 * GB, 4 * GB, 0);
        look(5 * GB, 3 * GB, 0);
        assertThat(told).hasSize(1).first().asString().contains("after 4.00 GB more the slot is given up");
        look(6 * GB, 2 * GB, 0);
        look(8 * GB, -GB, 0);
        assertThat(told).hasSize(3).last().asString().contains("after 0.00 GB more");
    }

    @Test
    void theTasksOwnLimitIsToldBeforeItIsReachedAndEndsTheAttempt() {
        SourceCare strict = new SourceCare(() -> retained, new SourceLog(8 * GB, false), "shop", told::add);
        retained = Optional.of(new RetainedLog(5 * GB, 100 * GB, 0, true));
        strict.look();
        assertThat(told).hasSize(1).first().asString().contains("after 3.00 GB more", "sourceLog.limit");
        retained = Optional.of(new RetainedLog(9 * GB, null, 0, true));
        assertThatThrownBy(strict::look)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_LOG_LIMIT))
                .hasMessageContaining("keeps 9.00 GB")
                .hasMessageContaining("allows 8.00 GB");
    }

    @Test
    void aSlotThatSomebodyElseMadeIsNeverDropped() {
        SourceCare strict = new SourceCare(() -> retained, new SourceLog(8 * GB, false), "shop", told::add);
        retained = Optional.of(new RetainedLog(12 * GB, null, 0, false));
        strict.look();
        assertThat(told).hasSize(1).first().asString().contains("knows no limit");
    }

    @Test
    void oldCatalogRowsAreTold() {
        look(0, null, 199_999_999);
        assertThat(told).isEmpty();
        look(0, null, 200_000_000);
        look(0, null, 399_999_999);
        assertThat(told).hasSize(1).first().asString().contains("since 200000000 transactions");
        look(0, null, 400_000_000);
        assertThat(told).hasSize(2);
    }

    @Test
    void nothingIsSaidWithoutASlot() {
        care.look();
        assertThat(told).isEmpty();
    }

    private void look(long bytes, @Nullable Long left, long age) {
        retained = Optional.of(new RetainedLog(bytes, left, age, true));
        care.look();
    }
}
