package io.syncline.cli.history;

/** What a transaction of a server's log holds: changes of rows, and what {@link ShapeTriggers} tell. */
sealed interface LogLine permits LoggedChange, LoggedShape, LoggedRewrite, LoggedDrop {}
