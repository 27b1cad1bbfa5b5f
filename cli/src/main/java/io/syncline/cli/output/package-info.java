/** What commands print: for people on a terminal, for people who read a log, and for programs. */
@NullMarked
package io.syncline.cli.output;

import org.jspecify.annotations.NullMarked;
