package io.syncline.api.model;

/**
 * Whole rows in COPY text format (PostgreSQL documentation, COPY, "Text Format"): columns parted by tabs, {@code \N} for NULL, lines ended by a newline, UTF-8.
 *
 * @param bytes the buffer; it is reused by the reader's next call unless the reader says otherwise
 * @param length how many bytes of it are filled, from 0; always ends at a row's end
 * @param rows how many rows that is
 */
public record CopyPage(byte[] bytes, int length, int rows) {}
