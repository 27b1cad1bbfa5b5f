package io.syncline.engine.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.RetainedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SourceCareTest {

    private static final long GB = 1L << 30;

    private final List<String> told = new ArrayList<>();
    private Optional<RetainedLog> retained = Optional.empty();
    private final SourceCare care = new SourceCare(() -> retained, "shop", told::add);

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
        assertThat(told).hasSize(1).first().asString().contains("after 4.00 GB more it gives the slot up");
        look(6 * GB, 2 * GB, 0);
        look(8 * GB, -GB, 0);
        assertThat(told).hasSize(3).last().asString().contains("after 0.00 GB more");
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
        retained = Optional.of(new RetainedLog(bytes, left, age));
        care.look();
    }
}
