/** What the tables of both memory ends are made of: values, types, and when two keys are equal. */
@NullMarked
package io.syncline.testkit.memory.table;

import org.jspecify.annotations.NullMarked;
