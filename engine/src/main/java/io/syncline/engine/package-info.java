/** The stages of a task and their machinery. It knows no database system and no driver: it speaks to connectors through the ports of the API. */
@NullMarked
package io.syncline.engine;

import org.jspecify.annotations.NullMarked;
