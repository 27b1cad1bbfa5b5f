/** Properties of COPY's text format. */
@NullMarked
package io.syncline.api.text;

import org.jspecify.annotations.NullMarked;
