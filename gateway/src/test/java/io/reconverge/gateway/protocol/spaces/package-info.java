@NullMarked
package io.reconverge.gateway.protocol.spaces;

import org.jspecify.annotations.NullMarked;
