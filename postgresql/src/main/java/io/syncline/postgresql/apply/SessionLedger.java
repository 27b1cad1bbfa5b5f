package io.syncline.postgresql.apply;

/**
 * What an apply session writes into the ledger, in the transaction that writes the rows (I2).
 *
 * @param streamRow the stream's position
 * @param keys rows that must be read again
 * @param rows what could not be written as the source has it
 * @param alterer tables, with the shape that the ledger keeps of them
 */
record SessionLedger(StreamRow streamRow, LedgerKeys keys, RowLedger rows, TableAlterer alterer) {}
