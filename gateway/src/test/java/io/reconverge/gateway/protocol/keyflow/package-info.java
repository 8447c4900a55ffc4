@NullMarked
package io.reconverge.gateway.protocol.keyflow;

import org.jspecify.annotations.NullMarked;
