/// The change feed, as the gateway asks it.
@NullMarked
package io.reconverge.gateway.feed;

import org.jspecify.annotations.NullMarked;
