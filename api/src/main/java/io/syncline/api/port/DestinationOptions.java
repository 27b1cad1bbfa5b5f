package io.syncline.api.port;

import io.syncline.api.task.EditedStatements;

/**
 * What a task says of its destination beside how to reach it.
 *
 * @param ledgerSchema the schema of the ledger
 * @param edited statements that make objects in place of the destination's own
 */
public record DestinationOptions(String ledgerSchema, EditedStatements edited) {}
