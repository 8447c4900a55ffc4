/// Taking in the bodies of requests: bounded in bytes, in time, and all of them together.
@NullMarked
package io.reconverge.gateway.body;

import org.jspecify.annotations.NullMarked;
