/// The change log: of a space from the oldest on, and of an entity from the newest back.
@NullMarked
package io.reconverge.feed.log;

import org.jspecify.annotations.NullMarked;
