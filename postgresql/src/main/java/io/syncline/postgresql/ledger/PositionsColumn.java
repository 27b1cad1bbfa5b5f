package io.syncline.postgresql.ledger;

import io.syncline.api.model.Positions;
import io.syncline.api.model.StreamId;
import io.syncline.api.port.Ledger;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of the ledger's {@code text[]} columns: positions as stream, position, stream, position, ...; bounds and keys as their text forms. */
final class PositionsColumn {

    private PositionsColumn() {}

    static void set(PreparedStatement statement, int parameter, @Nullable Positions positions) throws SQLException {
        if (positions == null) {
            setTexts(statement, parameter, null);
            return;
        }
        List<String> texts = new ArrayList<>();
        positions.byStream().forEach((stream, position) -> {
            texts.add(stream.name());
            texts.add(position.text());
        });
        setTexts(statement, parameter, texts);
    }

    static @Nullable Positions get(ResultSet row, String column, Ledger.PositionReader reader) throws SQLException {
        List<String> texts = texts(row, column);
        if (texts == null) {
            return null;
        }
        Positions positions = Positions.NONE;
        for (int i = 0; i < texts.size(); i += 2) {
            positions = positions.with(new StreamId(texts.get(i)), reader.position(texts.get(i + 1)));
        }
        return positions;
    }

    static void setTexts(PreparedStatement statement, int parameter, @Nullable List<? extends @Nullable String> texts)
            throws SQLException {
        if (texts == null) {
            statement.setNull(parameter, Types.ARRAY);
            return;
        }
        Connection connection = statement.getConnection();
        statement.setArray(parameter, connection.createArrayOf("text", texts.toArray()));
    }

    static @Nullable List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return array == null ? null : List.of((String[]) array.getArray());
    }
}
