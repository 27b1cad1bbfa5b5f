/** Real PostgreSQL servers on this machine: unpacked from archives, started on a free port of 127.0.0.1, stopped when closed. */
@NullMarked
package io.syncline.embedded;

import org.jspecify.annotations.NullMarked;
