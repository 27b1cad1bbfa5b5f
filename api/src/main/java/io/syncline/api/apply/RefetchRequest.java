package io.syncline.api.apply;

import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;

/**
 * A row whose image in the log was not enough (T5): it must be read again from the source.
 *
 * @param key a row in source columns of which only the key columns are present
 */
public record RefetchRequest(TableRoute route, Row key) {}
