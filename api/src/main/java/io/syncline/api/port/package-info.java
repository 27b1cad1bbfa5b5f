/** What a connector gives to the engine. The engine knows databases only through these. */
@NullMarked
package io.syncline.api.port;

import org.jspecify.annotations.NullMarked;
