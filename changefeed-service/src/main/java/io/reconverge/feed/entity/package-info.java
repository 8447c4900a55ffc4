/// One entity, by its name.
@NullMarked
package io.reconverge.feed.entity;

import org.jspecify.annotations.NullMarked;
