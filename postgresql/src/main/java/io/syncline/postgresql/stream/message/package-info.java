/** What the decoders of the output plugins' messages have in common. */
@NullMarked
package io.syncline.postgresql.stream.message;

import org.jspecify.annotations.NullMarked;
