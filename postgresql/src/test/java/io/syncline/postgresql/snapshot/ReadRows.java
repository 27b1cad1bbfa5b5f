package io.syncline.postgresql.snapshot;

import io.syncline.api.model.Chunk;
import io.syncline.api.model.Column;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.SnapshotReader;
import io.syncline.api.text.CopyTextDecoder;
import java.util.ArrayList;
import java.util.List;

/** Reads chunks to their end. */
public final class ReadRows {
    private ReadRows() {}

    public static List<Row> of(SnapshotReader reader, TableSchema table, Chunk chunk) {
        CopyTextDecoder decoder = new CopyTextDecoder(table.columns().size());
        List<Row> rows = new ArrayList<>();
        try (SnapshotReader.Pages pages = reader.read(
                table, chunk, table.columns().stream().map(Column::name).toList())) {
            for (CopyPage page = pages.next(); page != null; page = pages.next()) {
                rows.addAll(decoder.decode(page));
            }
        }
        return rows;
    }

    /** The first column of every row of all chunks, in the order of reading. */
    public static List<String> firstColumn(SnapshotReader reader, TableSchema table, List<Chunk> chunks) {
        return chunks.stream()
                .flatMap(chunk -> of(reader, table, chunk).stream())
                .map(row -> row.text(0))
                .toList();
    }
}
