@NullMarked
package io.reconverge.client.conflict;

import org.jspecify.annotations.NullMarked;
