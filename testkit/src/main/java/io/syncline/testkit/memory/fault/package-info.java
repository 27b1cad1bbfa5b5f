/** How a test disturbs the calls that go to a memory source or destination. */
@NullMarked
package io.syncline.testkit.memory.fault;

import org.jspecify.annotations.NullMarked;
