/** A network that fails on command: a TCP proxy that cuts, refuses, stalls and delays what passes between a client and a server. */
@NullMarked
package io.syncline.testkit.proxy;

import org.jspecify.annotations.NullMarked;
