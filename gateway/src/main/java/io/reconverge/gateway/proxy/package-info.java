/// Reads, passed on to the change feed.
@NullMarked
package io.reconverge.gateway.proxy;

import org.jspecify.annotations.NullMarked;
