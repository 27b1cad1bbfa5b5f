package io.syncline.api.apply;

import io.syncline.api.model.ChangeEvent.RowChange;
import io.syncline.api.model.TableRoute;

/** One change as the source made it, with the way to its destination table. */
public record RoutedChange(TableRoute route, RowChange change) {}
