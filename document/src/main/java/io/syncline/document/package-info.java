/** The task file: it is parsed, checked against a JSON Schema that the connectors contribute to, and turned into a task. */
@NullMarked
package io.syncline.document;

import org.jspecify.annotations.NullMarked;
