package io.syncline.testkit.memory.destination;

import io.syncline.api.model.Positions;
import io.syncline.api.model.StreamId;
import io.syncline.api.port.Ledger.PositionReader;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Positions as they are stored: by their text. */
record StoredPositions(SortedMap<StreamId, String> texts) {

    static @Nullable StoredPositions of(@Nullable Positions positions) {
        if (positions == null) {
            return null;
        }
        SortedMap<StreamId, String> texts = new TreeMap<>();
        positions.byStream().forEach((stream, position) -> texts.put(stream, position.text()));
        return new StoredPositions(texts);
    }

    static @Nullable Positions read(@Nullable StoredPositions stored, PositionReader reader) {
        if (stored == null) {
            return null;
        }
        Positions positions = Positions.NONE;
        for (var entry : stored.texts().entrySet()) {
            positions = positions.with(entry.getKey(), reader.position(entry.getValue()));
        }
        return positions;
    }
}
