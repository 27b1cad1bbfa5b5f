/** The subcommands of {@code syncline}, one class each: arguments in, a use case, its result printed, an exit code out. */
@NullMarked
package io.syncline.cli.command;

import org.jspecify.annotations.NullMarked;
