package io.syncline.postgresql.shape;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableRoute;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.SQLException;

/** Failures of filters and computed columns, told without values: the server's message may hold some. */
public record ShapingErrors(SqlErrors session, TableRoute route) {

    public SyncException of(SQLException failure) {
        String state = SqlErrors.state(failure);
        boolean ofRow =
                state.startsWith("22") || state.startsWith("23") || state.startsWith("P0") || state.startsWith("38");
        if (ofRow) {
            return new SyncException(
                            ErrorCode.VALUE_REJECTED,
                            "a row of " + route.source().table() + " cannot be written to "
                                    + route.destination().table()
                                    + ": its filter or a computed column fails on it (SQLSTATE " + state + ")",
                            "Make the expression hold for every row, for example by CASE or NULLIF; an expression of a started task cannot be changed, so clean it and start it anew.")
                    .ofTable(route.source().table());
        }
        return session.of(
                failure,
                "evaluating filter and computed columns of " + route.source().table(),
                ErrorCode.DESTINATION_SCHEMA);
    }
}
