@NullMarked
package io.syncline.tunnel;

import org.jspecify.annotations.NullMarked;
