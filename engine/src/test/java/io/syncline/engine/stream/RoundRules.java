package io.syncline.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.ChangeGroup.Kind;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.Round;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What every round promises to its applier. */
final class RoundRules {

    private RoundRules() {}

    static void check(Round round) {
        Set<List<Object>> starts = new HashSet<>();
        Set<List<Object>> ends = new HashSet<>();
        Set<List<Object>> shapes = new HashSet<>();
        Set<TableId> grouped = new HashSet<>();
        @Nullable ChangeGroup previous = null;
        for (ChangeGroup group : round.groups()) {
            TableId table = group.route().destination().table();
            grouped.add(table);
            assertThat(group.changes()).isNotEmpty();
            assertThat(shapes.add(List.of(table, group.kind(), group.columns())))
                    .as("one group a shape")
                    .isTrue();
            if (previous != null) {
                TableId before = previous.route().destination().table();
                assertThat(before).as("T42: tables in a fixed order").isLessThanOrEqualTo(table);
                assertThat(before.equals(table) && previous.kind().compareTo(group.kind()) > 0)
                        .as("kinds in their order")
                        .isFalse();
            }
            previous = group;
            for (NetChange change : group.changes()) {
                check(round.mode(), group, change, starts, ends);
            }
        }
        round.ordered()
                .forEach(change -> assertThat(grouped)
                        .doesNotContain(change.route().destination().table()));
    }

    private static void check(
            Round.Mode mode, ChangeGroup group, NetChange change, Set<List<Object>> starts, Set<List<Object>> ends) {
        assertThat(change.key() == null).isEqualTo(group.kind() == Kind.INSERT);
        assertThat(change.image() == null).isEqualTo(group.kind() == Kind.DELETE);
        if (change.key() != null) {
            assertThat(starts.add(key(group, change.key())))
                    .as("at most one change per key at the round's start")
                    .isTrue();
        }
        Row image = change.image();
        if (image != null) {
            assertThat(ends.add(key(group, image)))
                    .as("at most one change per key at its end")
                    .isTrue();
            List<Integer> present = new ArrayList<>();
            for (int i = 0; i < group.route().sourceColumns().size(); i++) {
                if (image.isPresent(group.route().sourceColumn(i))) {
                    present.add(i);
                }
            }
            assertThat(group.columns()).isEqualTo(present);
            if (mode == Round.Mode.CATCHING_UP && change.key() != null) {
                assertThat(key(group, change.key())).as("no key changes").isEqualTo(key(group, image));
            }
        }
    }

    private static List<Object> key(ChangeGroup group, Row row) {
        ModelTable table = ModelDestination.byTarget(group.route().destination().table());
        @Nullable String[] texts = new @Nullable String[row.columns()];
        for (int i = 0; i < table.keyColumns(); i++) {
            texts[i] = row.text(i);
        }
        return List.of(Objects.requireNonNull(table), table.key(texts));
    }
}
