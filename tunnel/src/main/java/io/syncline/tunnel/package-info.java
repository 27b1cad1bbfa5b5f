/** Ways to servers that only an SSH server reaches (RFC 4254, section 7: direct-tcpip). */
@NullMarked
package io.syncline.tunnel;

import org.jspecify.annotations.NullMarked;
