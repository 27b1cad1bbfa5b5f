package io.syncline.engine.stream;

import io.syncline.api.port.Applier;
import io.syncline.api.port.ChangeStream;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.RowFetcher;
import io.syncline.api.port.RowShaper;

/**
 * What a stream reads from and writes to.
 *
 * @param changes opened at the start's position; closed by the reading stage
 * @param applier of this stream; closed by the applying stage
 * @param rows used by the applying stage
 * @param shaper used and closed by the applying stage
 * @param alterations what becomes of tables that the source alters
 */
public record StreamPorts(
        ChangeStream changes,
        Applier applier,
        RowFetcher rows,
        RowShaper shaper,
        Ledger ledger,
        Lease lease,
        Alterations alterations) {}
