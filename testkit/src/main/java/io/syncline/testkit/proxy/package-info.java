/** What lies between a client and a server: a TCP proxy that cuts, refuses, stalls and delays on command, and a pooler that shares sessions out. */
@NullMarked
package io.syncline.testkit.proxy;

import org.jspecify.annotations.NullMarked;
