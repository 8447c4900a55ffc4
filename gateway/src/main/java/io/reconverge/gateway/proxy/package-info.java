/// What other services answer: reads, passed on to the change feed, and media, passed on to the
/// media service.
@NullMarked
package io.reconverge.gateway.proxy;

import org.jspecify.annotations.NullMarked;
