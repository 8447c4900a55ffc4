@NullMarked
package io.reconverge.gateway.protocol.deltalog;

import org.jspecify.annotations.NullMarked;
