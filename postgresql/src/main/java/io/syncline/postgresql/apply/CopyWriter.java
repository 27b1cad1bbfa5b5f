package io.syncline.postgresql.apply;

import io.syncline.api.apply.NetChange;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Row;
import io.syncline.api.text.CopyBuffer;
import io.syncline.api.text.CopyTextEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Sends changes as COPY data, straight from the rows' pages. */
final class CopyWriter {

    /** As much as goes out at once; a larger row goes out alone. */
    private static final int PAGE_BYTES = 1 << 18;

    private final Connection connection;
    private final CopyTextEncoder encoder = new CopyTextEncoder(new CopyBuffer(PAGE_BYTES + (PAGE_BYTES >> 2)));

    CopyWriter(Connection connection) {
        this.connection = connection;
    }

    /** @return the rows that the server took */
    long copy(String command, Changes changes, List<Field> fields) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(command);
        encoder.reset();
        try {
            for (int i = 0; i < changes.size(); i++) {
                append(changes, fields, i);
                if (encoder.page().length() >= PAGE_BYTES) {
                    flush(copy);
                }
            }
            flush(copy);
            return copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void flush(CopyIn copy) throws SQLException {
        CopyPage page = encoder.page();
        copy.writeToCopy(page.bytes(), 0, page.length());
        encoder.reset();
    }

    private void append(Changes changes, List<Field> fields, int index) {
        Target target = changes.target();
        NetChange change = changes.list().get(index);
        for (int i = 0; i < fields.size(); i++) {
            if (i > 0) {
                encoder.separator();
            }
            Field field = fields.get(i);
            if (field.isNumber()) {
                byte[] digits = Integer.toString(changes.number(field, index)).getBytes(StandardCharsets.US_ASCII);
                encoder.appendValue(digits, 0, digits.length);
            } else {
                Row row = field.row(target, change);
                encoder.appendColumn(row, target.source(field.destinationColumn()));
            }
        }
        encoder.endRow();
    }
}
