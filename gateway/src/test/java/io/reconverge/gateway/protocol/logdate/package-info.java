@NullMarked
package io.reconverge.gateway.protocol.logdate;

import org.jspecify.annotations.NullMarked;
