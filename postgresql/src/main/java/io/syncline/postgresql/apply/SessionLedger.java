package io.syncline.postgresql.apply;

/**
 * What an apply session writes into the ledger, in the transaction that writes the rows (I2).
 *
 * @param streamRow the stream's position
 * @param keys rows that must be read again
 * @param conflicts what did not find the destination as the source was
 * @param badValues what the destination refused
 * @param quarantine rows that it refuses
 * @param alterer tables, with the shape that the ledger keeps of them
 */
record SessionLedger(
        StreamRow streamRow,
        LedgerKeys keys,
        ConflictNotes conflicts,
        BadValueNotes badValues,
        Quarantine quarantine,
        TableAlterer alterer) {}
