/** An SSH server for tests of tunnels. */
@NullMarked
package io.syncline.testkit.ssh;

import org.jspecify.annotations.NullMarked;
