@NullMarked
package io.syncline.postgresql.stream.testdecoding;

import org.jspecify.annotations.NullMarked;
