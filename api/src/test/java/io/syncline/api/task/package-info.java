@NullMarked
package io.syncline.api.task;

import org.jspecify.annotations.NullMarked;
