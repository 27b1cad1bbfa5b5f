package io.syncline.engine.stream;

import io.syncline.api.model.ChangeEvent.Begin;
import io.syncline.api.model.Position;

/**
 * A source transaction whose changes are left out, since somebody asked for it (docs/design/skip.md). It is known by what {@link Begin} says of it, which is no other
 * transaction's in the same log.
 *
 * @param command the number of what was asked for
 * @param transaction the source's name for it
 * @param containedFrom as its {@link Begin} has it
 * @param end the position that was named
 */
public record Skip(long command, String transaction, Position containedFrom, Position end) {

    boolean isOf(Begin begin) {
        return transaction.equals(begin.transaction()) && containedFrom.equals(begin.containedFrom());
    }
}
