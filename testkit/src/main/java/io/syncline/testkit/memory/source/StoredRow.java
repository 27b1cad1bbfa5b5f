package io.syncline.testkit.memory.source;

import io.syncline.testkit.memory.table.Cells;

/**
 * One version of a row.
 *
 * @param place where it lies; a new version lies elsewhere, as PostgreSQL's do
 */
public record StoredRow(long place, Cells cells) {}
