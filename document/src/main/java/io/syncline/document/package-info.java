/**
 * The task file: YAML or JSON becomes an {@link io.syncline.api.task.Task}, or one failure that lists every problem of the file with its line, column and path. What
 * is allowed is a JSON Schema, put together from a base and from what each connector says about its own options.
 */
@NullMarked
package io.syncline.document;

import org.jspecify.annotations.NullMarked;
