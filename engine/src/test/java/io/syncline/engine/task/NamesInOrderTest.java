package io.syncline.engine.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.apply.TableAlteration;
import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamesInOrderTest {

    @Test
    void aNameIsTakenOnceItIsFree() {
        assertThat(NamesInOrder.of(List.of(renamed(1, "a", "b"), renamed(2, "b", "c"), renamed(3, "x", "x"))))
                .extracting(NamesInOrderTest::words)
                .containsExactly("b -> c", "a -> b", "x -> x");
    }

    @Test
    void tablesThatHaveExchangedTheirNamesGoAsideInBetween() {
        assertThat(NamesInOrder.of(List.of(renamed(1, "a", "b"), renamed(2, "b", "c"), renamed(3, "c", "a"))))
                .extracting(NamesInOrderTest::words)
                .containsExactly("a -> syncline_1", "c -> a", "b -> c", "syncline_1 -> b");
    }

    private static String words(TableAlteration alteration) {
        assertThat(alteration.after().destination().table().name())
                .isEqualTo(alteration.after().source().table().name());
        return alteration.before().source().table().name() + " -> "
                + alteration.after().source().table().name();
    }

    private static TableAlteration renamed(long version, String from, String to) {
        return new TableAlteration(route(version, from), route(version, to), List.of(), "", true);
    }

    private static TableRoute route(long version, String name) {
        return new TableRoute(
                new TableSchema(new TableId("src", "public", name), version, List.of(), Key.NONE),
                new TableSchema(new TableId("dst", "public", name), 0, List.of(), Key.NONE),
                List.of());
    }
}
