package io.syncline.engine.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.TableId;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Phase;
import io.syncline.api.schema.SchemaPlan;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JoiningObjectsTest {

    private static final TableId CARRIED = new TableId("d", "s", "carried");
    private static final TableId NEW = new TableId("d", "s", "new");

    /** One that an alteration made is in no list of what the task made, and would be taken for somebody else's. */
    @Test
    void sequencesOfCarriedTablesAreNotMadeForOneThatJoins() {
        SchemaObject free = sequence("free");
        SchemaObject own = sequence("own");
        SchemaObject owner = new SchemaObject.SequenceOwner("s", "own", NEW, "id");
        SchemaPlan plan = new SchemaPlan(
                List.of(
                        free,
                        own,
                        sequence("others"),
                        owner,
                        new SchemaObject.SequenceOwner("s", "others", CARRIED, "id")),
                List.of());
        JoiningObjects joining = new JoiningObjects(plan, Set.of(NEW));
        assertThat(joining.of(Phase.BEFORE_LOAD)).containsExactly(free, own);
        assertThat(joining.of(Phase.FINISH)).containsExactly(owner);
    }

    private static SchemaObject sequence(String name) {
        return new SchemaObject.Sequence("s", name, "integer", 1, 1, 1, 10, 1, false);
    }
}
