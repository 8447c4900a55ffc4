/// How often an address or a user may ask.
@NullMarked
package io.reconverge.gateway.limit;

import org.jspecify.annotations.NullMarked;
