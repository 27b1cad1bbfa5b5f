package io.syncline.postgresql.apply;

import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.postgresql.ledger.QuarantineRows.Image;
import io.syncline.postgresql.ledger.QuarantineRows.RowKey;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows as the quarantine keeps them. Bytes that are no text in the destination's encoding, which may be why the row is refused, are kept as they are.
 *
 * @param unicode whether the destination's database can hold every character
 */
record QuarantineForm(boolean unicode) {

    private static final HexFormat HEX = HexFormat.of();

    /** @param row whose key columns are present */
    RowKey key(Target target, Row row) {
        MessageDigest digest = sha256();
        List<String> texts = new ArrayList<>();
        for (int column : target.key()) {
            byte[] value = bytes(row, target.source(column));
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, value.length));
            digest.update(value);
            String text = text(value);
            texts.add(text == null ? "\\x" + HEX.formatHex(value) : text);
        }
        return new RowKey(digest.digest(), texts);
    }

    /** @param row of which all columns that are written are present */
    Image image(Target target, Row row) {
        Map<String, @Nullable String> texts = new LinkedHashMap<>();
        Map<String, String> bytes = new LinkedHashMap<>();
        for (int column : target.writable()) {
            String name = target.column(column).name();
            int source = target.source(column);
            if (row.isNull(source)) {
                texts.put(name, null);
                continue;
            }
            byte[] value = bytes(row, source);
            String text = text(value);
            if (text == null) {
                bytes.put(name, HEX.formatHex(value));
            } else {
                texts.put(name, text);
            }
        }
        return new Image(texts, bytes);
    }

    /** In source columns; those that the image does not have are absent. */
    Row row(Target target, Image image) {
        Map<Integer, String> names = new LinkedHashMap<>();
        target.writable()
                .forEach(column ->
                        names.put(target.source(column), target.column(column).name()));
        int columns = target.route().source().columns().size();
        RowBuilder row = new RowBuilder(columns);
        for (int source = 0; source < columns; source++) {
            String name = names.get(source);
            String hex = image.bytes().get(name);
            String text = image.texts().get(name);
            if (hex != null) {
                byte[] value = HEX.parseHex(hex);
                row.value(value, 0, value.length);
            } else if (text != null) {
                row.value(text);
            } else {
                row.state(image.texts().containsKey(name) ? Row.NULL : Row.ABSENT);
            }
        }
        return row.build();
    }

    private static byte[] bytes(Row row, int column) {
        if (row.state(column) != Row.State.VALUE) {
            throw new IllegalStateException("column " + column + " has no value: " + row.state(column));
        }
        byte[] value = new byte[row.length(column)];
        System.arraycopy(row.page(), row.offset(column), value, 0, value.length);
        return value;
    }

    /** Null when the destination's database could not hold it as text. */
    private @Nullable String text(byte[] value) {
        for (byte unit : value) {
            if (unit == 0 || (unit < 0 && !unicode)) {
                return null;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
