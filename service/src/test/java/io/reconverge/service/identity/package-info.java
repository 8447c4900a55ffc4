@NullMarked
package io.reconverge.service.identity;

import org.jspecify.annotations.NullMarked;
