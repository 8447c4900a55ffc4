@NullMarked
package io.reconverge.client.outbox;

import org.jspecify.annotations.NullMarked;
