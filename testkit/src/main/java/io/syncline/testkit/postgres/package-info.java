/** Running PostgreSQL servers that the tests of one JVM share, a database of its own for each test, and a small SQL helper. */
@NullMarked
package io.syncline.testkit.postgres;

import org.jspecify.annotations.NullMarked;
