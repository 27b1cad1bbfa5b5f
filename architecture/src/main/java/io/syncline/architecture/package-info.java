/** The rules that keep the parts of Syncline apart and its files small; each says how to mend what breaks it. */
@NullMarked
package io.syncline.architecture;

import org.jspecify.annotations.NullMarked;
