/** What tests share: real databases, fakes and assertions. */
@NullMarked
package io.syncline.testkit;

import org.jspecify.annotations.NullMarked;
