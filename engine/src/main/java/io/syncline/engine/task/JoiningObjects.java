package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Phase;
import io.syncline.api.schema.SchemaPlan;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The objects of tables that join, out of those of the whole task: what belongs to these tables, what tables may need, and what could not be made as long as they were missing.
 *
 * @param tables their names at the destination
 */
record JoiningObjects(SchemaPlan objects, Set<TableId> tables) {

    List<SchemaObject> of(Phase phase) {
        Set<ObjectRef> ofOthers = sequencesOfOthers();
        return objects.of(phase).stream()
                .filter(object -> concerns(object) && !ofOthers.contains(object.ref()))
                .toList();
    }

    /** Tables that are carried have theirs, or get them with the alteration that is still to come (T10), which the ledger does not list. */
    private Set<ObjectRef> sequencesOfOthers() {
        return objects.objects().stream()
                .filter(SchemaObject.SequenceOwner.class::isInstance)
                .map(SchemaObject.SequenceOwner.class::cast)
                .filter(owner -> !tables.contains(owner.table()))
                .map(owner -> new ObjectRef(ObjectRef.Kind.SEQUENCE, owner.schema(), "", owner.sequence()))
                .collect(Collectors.toSet());
    }

    private boolean concerns(SchemaObject object) {
        return switch (object) {
            case SchemaObject.Namespace _,
                    SchemaObject.EnumType _,
                    SchemaObject.DomainType _,
                    SchemaObject.CompositeType _,
                    SchemaObject.RangeType _,
                    SchemaObject.Sequence _,
                    SchemaObject.Role _ -> true;
            case SchemaObject.Table table -> tables.contains(table.table());
            case SchemaObject.KeyConstraint key -> tables.contains(key.table());
            case SchemaObject.Index index -> tables.contains(index.table());
            case SchemaObject.LateCheck check -> tables.contains(check.table());
            case SchemaObject.ForeignKey key -> tables.contains(key.table()) || tables.contains(key.references());
            case SchemaObject.SequenceOwner owner -> tables.contains(owner.table());
            case SchemaObject.SequenceValue value -> value.owner() != null && tables.contains(value.owner());
            case SchemaObject.Comment comment -> concerns(comment.on());
            case SchemaObject.Grants grants -> concerns(grants.on());
            case SchemaObject.Definition definition ->
                definition.table() == null || tables.contains(definition.table());
            case SchemaObject.Action action -> tables.contains(action.table());
        };
    }

    private boolean concerns(ObjectRef on) {
        return tables.stream()
                .filter(table -> table.schema().equals(on.schema()))
                .anyMatch(
                        table -> table.name().equals(on.name()) || table.name().equals(on.parent()));
    }
}
