package io.syncline.engine.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.Chunk;
import io.syncline.api.model.Key;
import io.syncline.api.model.Origin;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadBoardTest {

    private static final TableId ALL = new TableId("b", "s", "all");

    private static final List<SchemaObject> KEYS =
            List.of(new SchemaObject.KeyConstraint(ALL, "k", ObjectRef.Kind.PRIMARY_KEY, true, "PRIMARY KEY (id)"));

    /** Before it the rows of other tables would be copied into an index, and wait for it to be built. */
    @Test
    void theKeyOfAMergedTableComesBehindTheLastOfItsTables() {
        LoadBoard board = new LoadBoard();
        TableRoute one = route("one");
        TableRoute two = route("two");
        TableRoute three = route("three");
        board.add(one, List.of(chunk(one)), KEYS);
        board.add(two, List.of(chunk(two)), KEYS);
        board.add(three, List.of(), KEYS);

        assertThat(board.take()).isEqualTo(new LoadBoard.Complete(three, List.of()));
        assertThat(board.take()).isEqualTo(new LoadBoard.Copy(one, chunk(one)));
        assertThat(board.take()).isEqualTo(new LoadBoard.Copy(two, chunk(two)));
        board.copied(two);
        assertThat(board.take()).isEqualTo(new LoadBoard.Complete(two, List.of()));
        board.copied(one);
        assertThat(board.take()).isEqualTo(new LoadBoard.Complete(one, KEYS));
    }

    private static TableRoute route(String name) {
        return new TableRoute(
                new TableSchema(new TableId("a", "s", name), 1, List.of(), Key.NONE),
                new TableSchema(ALL, 1, List.of(), Key.NONE),
                List.of(),
                null,
                new Origin(name, false));
    }

    private static Chunk chunk(TableRoute route) {
        return new Chunk(route.source().table(), 0, new Chunk.Whole());
    }
}
