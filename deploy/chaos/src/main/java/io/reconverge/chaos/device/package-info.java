/// Devices: the client library, as apps use it, in processes that can be killed.
@NullMarked
package io.reconverge.chaos.device;

import org.jspecify.annotations.NullMarked;
